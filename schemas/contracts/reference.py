"""`python -m schemas.contracts.reference`: writes the reference pages of events and topics from the contracts.

A test compares the pages in `docs/reference/` with what this writes.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.channel_language.reference.pages import channel_file_pages
from schemas.contracts.contracts import Contract, Contracts, load_contracts
from schemas.contracts.registry import ROWS, EventRow, record_name
from schemas.contracts.source_topics import release_topics
from schemas.contracts.topics import Topic

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

_HEADING = "<!-- Written by `python -m schemas.contracts.reference`. Do not edit. -->\n"
_MS_PER_DAY = 86_400_000
_CONTRACTS = "../../schemas/contracts"
_WHERE_DESCRIBED = (
    "Each topic is described in `schemas/contracts/topics/<topic>.yaml`. That of a source follows from its channel\n"
    "file, `schemas/channels/<source_id>.yaml`: the words about it are under `topic` there."
)


def pages(contracts: Contracts) -> Mapping[str, str]:
    """The text of each page by its file name."""
    return {"events.md": _events_page(contracts), "topics.md": _topics_page(release_topics().values())}


def _events_page(contracts: Contracts) -> str:
    rows = "".join(_event_row(row, event, contracts) for row in ROWS for event in row.classes)
    return f"""{_HEADING}
# Events

Each event is a row of `schemas/contracts/registry.py`. Values are Avro behind the Confluent frame (a zero byte, the
schema id in four bytes); the name links to the schema. Headers and keys are described in `schemas/headers.py`.

| event | topic | key | schema id (version) | what it says |
|---|---|---|---|---|
{rows}"""


def _event_row(row: EventRow, event: type, contracts: Contracts) -> str:
    topics = "<br>".join(f"[`{topic}`](topics.md)" for topic in (row.topic, *row.also_in))
    key = _key(row)
    if row.tombstone_of is not None:
        doc = f"Deletes the `{row.tombstone_of.__name__}` under its key: a record without value."
        return f"| `{event.__name__}` | {topics} | {key} | none | {doc} |\n"
    contract = contracts.by_record[record_name(row, event)]
    links = f"[`{event.__name__}`]({_CONTRACTS}/{row.area}/{event.__name__}.avsc)"
    example = f"[example]({_CONTRACTS}/examples/{event.__name__}.json)"
    return f"| {links} | {topics} | {key} | {_version(contract)} | {contract.current.schema['doc']} {example} |\n"


def _key(row: EventRow) -> str:
    if not row.key:
        return "none"
    return f"`{row.key}`" + (" of the first line" if row.bundle else "")


def _version(contract: Contract) -> str:
    return f"{contract.current.schema_id} ({contract.current.version})"


def _topics_page(topics: Iterable[Topic]) -> str:
    return f"{_HEADING}\n# Topics\n\n{_WHERE_DESCRIBED}\n" + "".join(map(_topic_section, topics))


def _topic_section(topic: Topic) -> str:
    names = ", ".join(f"[`{record.rpartition('.')[2]}`](events.md)" for record in topic.records)
    kept = "without limit" if topic.retention_ms < 0 else f"{topic.retention_ms / _MS_PER_DAY:g} days"
    rows = (
        ("carries", names or "no events"),
        ("key", topic.key),
        ("written by", ", ".join(topic.producers)),
        ("read by", ", ".join(topic.consumers)),
        ("partitions", str(topic.partitions)),
        ("cleanup", f"{topic.cleanup}, kept {kept}"),
        ("largest message", f"{topic.max_message_bytes} bytes"),
        ("compatibility", topic.compatibility),
        ("time", topic.timestamp_type),
        ("objective", topic.slo),
        ("personal data", topic.personal_data),
    )
    table = "".join(f"| {name} | {value} |\n" for name, value in rows)
    return f"\n## {topic.name}\n\n{topic.description}\n\n| | |\n|---|---|\n{table}"


def main() -> int:
    """Write the pages."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in {**pages(load_contracts()), **channel_file_pages()}.items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
