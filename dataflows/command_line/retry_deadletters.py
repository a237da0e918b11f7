"""`orderline deadletters retry`: records go back to the topic they came from, each at most once."""

import sys
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from typing import Final

from connectors.dead_letter_box import already_retried, retry_of
from connectors.embedded import incoming
from connectors.embedded.importable_file import NotImportable
from connectors.log.dead_letters import DeadLetter
from connectors.log.port import Log, LogFailed, Outgoing, Rewound
from connectors.topic_reader import TopicReader
from dataflows.command_line.where import open_external
from dataflows.settings import EmbeddedLogSettings, LogSettings
from dataflows.views.dead_letters import count_of

_WRITER: Final = "deadletters"
_AT_ONCE: Final = 500
_WHAT_NEXT: Final = "; flows must be running to process them"


def retry(log: LogSettings, reader: TopicReader, letters: Sequence[DeadLetter], *, again: bool) -> int:
    """Send them, and print what happened to each; 1 when one could not be sent."""
    with closing(open_external(log, _WRITER, ())) as member:
        done = frozenset[str]() if again else already_retried(reader, letters, lambda: _waiting(log))
        return _send(member, reader, letters, done)


def _send(log: Log, reader: TopicReader, letters: Sequence[DeadLetter], done: Collection[str]) -> int:
    records: list[Outgoing] = []
    lines: list[str] = []
    before = failed = 0
    for letter in letters:
        if letter.place in done:
            before += 1
            lines.append(f"{letter.place}  was already sent again")
            continue
        record = retry_of(reader, letter)
        if isinstance(record, str):
            failed += 1
            lines.append(f"{letter.place}  cannot be sent: {record}")
            continue
        records.append(record)
        lines.append(f"{letter.place}  sent again to {record.topic}")
    for start in range(0, len(records), _AT_ONCE):
        _commit(log, records[start : start + _AT_ONCE])
    sys.stdout.writelines(f"{line}\n" for line in lines)
    words = [f"{count_of(len(records), 'record')} sent again"]
    words += [f"{before} sent before (send them once more with --again)"] if before else []
    words += [f"{failed} that cannot be sent"] if failed else []
    sys.stdout.write(f"{', '.join(words)}{_WHAT_NEXT if records else ''}\n")
    sys.stdout.flush()
    return 1 if failed else 0


def _commit(log: Log, records: Sequence[Outgoing]) -> None:
    try:
        log.send(records)
        log.commit({}, {})
    except Rewound as reason:
        raise LogFailed(
            f"the broker took only some of them ({reason}): run the same retry again, it sends the missing ones"
        ) from reason


def _waiting(log: LogSettings) -> Collection[Outgoing]:
    """Records that an earlier retry put into `incoming/` of an embedded log, and that are not imported yet."""
    if not isinstance(log, EmbeddedLogSettings):
        return ()
    found: list[Outgoing] = []
    for file in incoming.waiting_files(incoming.make_folder(log.data)):
        if file.writer.endswith(f".{_WRITER}"):
            with suppress(FileNotFoundError, NotImportable):  # just imported, or it will be refused
                found.extend(record for piece in incoming.pieces_of(file.path) for record in piece.records)
    return found
