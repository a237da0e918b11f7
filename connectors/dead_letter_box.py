"""Lists the dead letters of a log and sends their records again, each at most once.

The original record is sent again, with its bytes, its key and its headers, while it is still in its topic. Where
retention has deleted it, the dead letter's own copy is sent, unless that was truncated.

Records sent again carry the header `retried_dead_letter`, so the log alone shows which letters were retried. Two
commands at once are two members of one name: the later one is refused, or fences the earlier one.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from connectors.log.dead_letters import DEAD_LETTERS, RETRIED, DeadLetter, read_dead_letter
from connectors.log.port import Outgoing, Record, TopicPartition
from connectors.topic_reader import TopicReader, every_record, records_of
from schemas.headers import header


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """A filter of dead letters; a field that is None or empty excludes none."""

    places: Collection[tuple[int, int]] = ()
    """(partition, offset) of letters."""
    topic: str | None = None
    """The topic of the original records."""
    reason: str | None = None
    """A substring of the reason, case-insensitive."""
    since_ms: int | None = None
    """Letters appended at this time or later."""

    def passes(self, letter: DeadLetter) -> bool:
        """Whether a letter passes the filter."""
        record = letter.record
        return (
            (not self.places or (record.partition, record.offset) in self.places)
            and self.topic in (None, letter.source.topic)
            and (self.reason is None or self.reason.casefold() in letter.reason.casefold())
            and (self.since_ms is None or record.timestamp_ms >= self.since_ms)
        )


def letters_of(reader: TopicReader, wanted: LetterFilter) -> Iterator[DeadLetter]:
    """The letters of a log that pass the filter, one partition after the other."""
    for record in every_record(reader, DEAD_LETTERS):
        letter = read_dead_letter(record)
        if letter is not None and wanted.passes(letter):
            yield letter


def original_of(reader: TopicReader, letter: DeadLetter) -> Record | None:
    """The original record in its topic; None when it was deleted, or when another record has its offset."""
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
    """The record to send, to its original partition; or the reason why there is none."""
    if letter.is_gap:
        return "its bytes could not be read: ask the source to send it again"
    if letter.source.topic not in reader.topics():
        return f"the topic {letter.source.topic} does not exist any more"
    original = original_of(reader, letter)
    if original is None and letter.is_cut:
        return "the letter is truncated, and the original is deleted: ask the source to send it again"
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
    """The positions of letters that were sent again before; `waiting`: records sent that are not in the log yet.

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
