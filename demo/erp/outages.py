"""When the simulated ERP is down: one planned outage, and those of drills. They survive a restart."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.erp.database import ErpDatabase


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which every call is refused; `ends_at_ms` None: until a drill ends it."""

    cause: str
    started_at_ms: int
    ends_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Outages:
    """The outages in the database. No timer ends one: it is over when `ends_at_ms` has passed."""

    database: ErpDatabase

    def plan(self, started_at_ms: int, ends_at_ms: int) -> None:
        """Record the planned outage, unless it was recorded before."""
        with self.database.transaction():
            self.database.rows("INSERT OR IGNORE INTO outages VALUES ('planned', ?, ?)", started_at_ms, ends_at_ms)

    def start(self, now_ms: int) -> None:
        """Start an outage that lasts until `end`."""
        with self.database.transaction():
            if not self.is_down(now_ms):
                self.database.rows("INSERT INTO outages VALUES ('drill', ?, NULL)", now_ms)

    def end(self, now_ms: int) -> None:
        """End every outage, planned or not."""
        with self.database.transaction():
            self.database.rows(
                "UPDATE outages SET ends_at_ms = ? WHERE ends_at_ms IS NULL OR ends_at_ms > ?", now_ms, now_ms
            )

    def is_down(self, now_ms: int) -> bool:
        """Whether an outage is in progress."""
        query = "SELECT 1 FROM outages WHERE ends_at_ms IS NULL OR ends_at_ms > ? LIMIT 1"
        return bool(self.database.rows(query, now_ms))

    def all(self) -> Sequence[Outage]:
        """Every outage so far, the oldest first."""
        return [Outage(*row) for row in self.database.rows("SELECT * FROM outages ORDER BY rowid")]
