"""When the simulated ERP is down: one planned outage, and those of drills. They outlive a restart."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.erp.database import ErpDatabase


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which no document is answered; `ends_at_ms` None: until somebody ends it."""

    cause: str
    started_at_ms: int
    ends_at_ms: int | None


@dataclass(frozen=True, slots=True)
class Outages:
    """The outages in the database. Nothing runs when one ends: it is over when its time is."""

    database: ErpDatabase

    def plan(self, started_at_ms: int, ends_at_ms: int) -> None:
        """Start the planned outage now, if it never was."""
        with self.database.transaction():
            self.database.rows("INSERT OR IGNORE INTO outages VALUES ('planned', ?, ?)", started_at_ms, ends_at_ms)

    def start(self, now_ms: int) -> None:
        """Go down until told otherwise."""
        with self.database.transaction():
            if not self.is_down(now_ms):
                self.database.rows("INSERT INTO outages VALUES ('drill', ?, NULL)", now_ms)

    def end(self, now_ms: int) -> None:
        """Come up, whatever made it go down."""
        with self.database.transaction():
            self.database.rows(
                "UPDATE outages SET ends_at_ms = ? WHERE ends_at_ms IS NULL OR ends_at_ms > ?", now_ms, now_ms
            )

    def is_down(self, now_ms: int) -> bool:
        """True during an outage."""
        query = "SELECT 1 FROM outages WHERE ends_at_ms IS NULL OR ends_at_ms > ? LIMIT 1"
        return bool(self.database.rows(query, now_ms))

    def all(self) -> Sequence[Outage]:
        """Every outage there was, the oldest first."""
        return [Outage(*row) for row in self.database.rows("SELECT * FROM outages ORDER BY rowid")]
