"""Looking through the dead letters of a log, and sending their records again, each at most once.

A record is sent again as it lay in its topic, where it still lies there: with all its bytes, its key and all its
headers. Where retention has deleted it, the dead letter's own copy is sent, unless that was cut.

What was sent again is known by the header `retried_dead_letter` on the records themselves, so the log alone says which
letters are done. Two commands at once are two members of one name: the later one is refused, or fences the earlier one.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from connectors.log.dead_letters import DEAD_LETTERS, RETRIED, DeadLetter, read_dead_letter
from connectors.log.port import Outgoing, Record, TopicPartition
from connectors.topic_reader import TopicReader, every_record, records_of
from schemas.headers import header


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters are meant; what is None, or empty, excludes none."""

    places: Collection[tuple[int, int]] = ()
    """(partition, offset) of letters."""
    topic: str | None = None
    """Where the original records lay."""
    reason: str | None = None
    """A part of the reason, in any case."""
    since_ms: int | None = None
    """Letters appended at this time or later."""

    def passes(self, letter: DeadLetter) -> bool:
        """Whether a letter is meant."""
        record = letter.record
        return (
            (not self.places or (record.partition, record.offset) in self.places)
            and self.topic in (None, letter.source.topic)
            and (self.reason is None or self.reason.casefold() in letter.reason.casefold())
            and (self.since_ms is None or record.timestamp_ms >= self.since_ms)
        )


def letters_of(reader: TopicReader, wanted: LetterFilter) -> Iterator[DeadLetter]:
    """The letters of a log that pass, one partition after the other."""
    for record in every_record(reader, DEAD_LETTERS):
        letter = read_dead_letter(record)
        if letter is not None and wanted.passes(letter):
            yield letter


def original_of(reader: TopicReader, letter: DeadLetter) -> Record | None:
    """The record as it lies in its topic; None when it is gone, or when another one lies there."""
    if letter.is_gap or letter.source.topic not in reader.topics():
        return None
    if letter.source.partition >= reader.partitions_of(letter.source.topic):
        return None
    found = reader.read(letter.source.topic, letter.source.partition, letter.first_offset, 1)
    if not found or found[0].offset != letter.first_offset:
        return None
    copy, original = letter.record.value, found[0].value
    is_same = original == copy if copy is None or original is None else original.startswith(copy)
    return found[0] if is_same else None


def retry_of(reader: TopicReader, letter: DeadLetter) -> Outgoing | str:
    """The record to send, into its partition of then; or why there is none."""
    if letter.is_gap:
        return "nobody could read its bytes: ask the source to send it again"
    if letter.source.topic not in reader.topics():
        return f"the topic {letter.source.topic} is gone"
    original = original_of(reader, letter)
    if original is None and letter.is_cut:
        return "the letter was cut, and the whole record is deleted: ask the source to send it again"
    key, value, headers = (
        (original.key, original.value, original.headers)
        if original is not None
        else (letter.record.key, letter.record.value, letter.foreign_headers)
    )
    kept = tuple(each for each in headers if each[0] != RETRIED)
    partition = letter.source.partition
    home = partition if partition < reader.partitions_of(letter.source.topic) else None
    return Outgoing(letter.source.topic, key, value, (*kept, (RETRIED, letter.place.encode())), home)


def already_retried(
    reader: TopicReader, letters: Sequence[DeadLetter], waiting: Callable[[], Collection[Outgoing]]
) -> frozenset[str]:
    """The places of letters that were sent again before; `waiting`: what was sent and is not in the log yet.

    Reads each original partition from the first of its letters to the end.
    """
    found = {header(record.headers, RETRIED) for record in waiting()}
    reader.refresh()
    starts: dict[TopicPartition, int] = {}
    for letter in letters:
        starts[letter.source] = min(letter.first_offset, starts.get(letter.source, letter.first_offset))
    known = reader.topics()
    for (topic, partition), start in starts.items():
        if topic in known and partition < known[topic]:
            found |= {header(record.headers, RETRIED) for record in records_of(reader, topic, partition, start)}
    return frozenset(place for place in found if place is not None)
