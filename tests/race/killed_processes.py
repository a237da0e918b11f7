"""The same race through processes of the product, which `kill -9` ends at the worst places while it runs."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from connectors.embedded import incoming
from connectors.log.port import Outgoing
from connectors.topic_reader import TopicReader, open_reader
from tests.oracle.crash_run import CrashRun
from tests.oracle.programs import Mortal, Program, Strike
from tests.oracle.rest import wait_until_nothing_is_left
from tests.race.contest import Contest

STRIKES: Final = tuple(
    Strike(point, times)
    for often in (40, 25, 15, 8)
    for point, times in (("after_produce", often), ("mid_import", 1), ("after_commit", often))
)
_PIECES: Final = 60
"""In which the records come: one at each death, and one whenever nothing has moved for a second."""
_QUIET_S: Final = 8.0
"""Longer than any order waits for units that another may give back, and than a loaded machine pauses."""
_WITHIN_S: Final = 480.0


@contextmanager
def raced_by_processes(folder: Path, contest: Contest) -> Iterator[TopicReader]:
    """A reader of the log after every strike, when nothing has moved for a while and the flows were stopped."""
    data, numbers = folder / "data", count(1)

    def send(records: Sequence[Outgoing]) -> None:
        incoming.write_file(incoming.make_folder(data), "race", next(numbers), records, ())

    pieces = _pieces(contest, _PIECES)
    flows = Mortal(Program(folder, "run", "all", "--data", str(data)), STRIKES)
    send(pieces.pop(0))
    flows.start()
    try:
        wait_until_nothing_is_left(lambda: _missing(data / "log" / "CURRENT"), flows.restart_if_killed, 30.0)
        with closing(open_reader(data, None, wait_s=30.0)) as reader:
            run = CrashRun(reader, [flows], [], [], pieces, send, patience_s=1.0)
            run.undergo(_WITHIN_S)
            _wait_until_quiet(reader, run, data)
            run.stop()
            reader.refresh()
            yield reader
    finally:
        flows.program.kill()


def _pieces(contest: Contest, number: int) -> list[Sequence[Outgoing]]:
    records = [each.record for each in contest.deliveries()]
    size = -(-len(records) // number)
    return [records[start : start + size] for start in range(0, len(records), size)]


def _missing(file: Path) -> list[str]:
    return [] if file.exists() else [f"{file} is not there"]


def _wait_until_quiet(reader: TopicReader, run: CrashRun, data: Path) -> None:
    """All that was sent is in the log, and nothing comes of it any more."""
    folder = incoming.make_folder(data)
    deadline, moved_at, before, pause = monotonic() + _WITHIN_S, monotonic(), 0, Event()
    while monotonic() - moved_at < _QUIET_S:
        assert monotonic() < deadline, f"no rest within {_WITHIN_S:.0f} s"
        pause.wait(0.2)
        run.restart_killed()
        reader.refresh()
        now = sum(sum(reader.ends(topic).values()) for topic in reader.topics())
        if now != before or incoming.waiting_files(folder):
            moved_at, before = monotonic(), now
