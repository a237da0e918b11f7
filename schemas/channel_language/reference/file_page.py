"""The page about one channel file: what its source sends, what becomes of each field, and how orders are treated."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pydantic import BaseModel

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.expressions.conditions import Condition
from schemas.channel_language.reference.source_words import source_words, when_words
from schemas.channel_language.rules import EventRule
from schemas.channel_language.sources import ValueOrigin
from schemas.channel_language.without_events import PassedOverRule, RefusedRule

_FACTS: Final[Mapping[str, str]] = {
    "channel_id": "channel",
    "region": "region",
    "kind": "kind",
    "format": "format",
    "version": "version of the file",
    "timezone": "time zone of times without one",
    "currency": "currency of the channel",
    "priority_class": "priority class (0 is the most urgent)",
    "promise_policy": "promise policy",
    "release_gate": "released",
    "erp_id": "ERP",
    "nodes": "nodes, the preferred one first",
    "holds": "holds that every order begins with",
    "dedup_horizon_days": "a repeat is recognised for days",
    "max_record_bytes": "largest record, in bytes",
    "disputed_totals": "totals that do not add up",
}
_OF_A_RULE: Final = ("event", "when")


def file_page(channel: ChannelFile, introduction: str) -> str:
    """The page as Markdown; `introduction` are the sentences with which the file begins."""
    return "\n".join(
        (
            f"# {channel.source_id}\n",
            f"{introduction}\n" if introduction else "",
            *_facts(channel),
            *_ids(channel),
            "\n## Messages\n\nA document becomes what the first rule says that fits it; others are refused.",
            *(line for number, rule in enumerate(channel.events, start=1) for line in _rule(rule, number)),
            *_code_lists(channel),
        )
    )


def _facts(channel: ChannelFile) -> Iterator[str]:
    yield "| what | value |\n|---|---|"
    yield f"| topic | `source.{channel.source_id}.v1` |"
    for name, words in _FACTS.items():
        value = getattr(channel, name)
        if value not in {None, ()}:
            yield f"| {words} | {_cell(', '.join(map(str, value)) if isinstance(value, tuple) else str(value))} |"
    yield f"| fingerprint, in the header `channelfile` of its events | `{channel.fingerprint}` |"
    if channel.ingest is not None:
        way = "a signature" if channel.ingest.hmac_sha256 is not None else "a token"
        yield f"| over HTTP | `POST /v1/sources/{channel.source_id}`, with {way} |"


def _ids(channel: ChannelFile) -> Iterator[str]:
    yield "\n## Ids\n\n| id | made of |\n|---|---|"
    yield f"| message (`correlation_id`) | {_cell(source_words(channel.correlation_id))} |"
    scope = [source_words(each) for each in channel.order_scope]
    if scope:
        yield f"| scope of an order's number | {_cell(', then '.join(scope))} |"
    if channel.order_release is not None:
        yield f"| release of a blanket order | {_cell(source_words(channel.order_release))} |"


def _rule(rule: EventRule, number: int) -> Iterator[str]:
    yield f"\n### {number}. {rule.event}\n"
    yield f"When {when_words(rule.when)}.\n"
    if isinstance(rule, PassedOverRule):
        yield f"Passed over on purpose: {rule.reason}."
        return
    if isinstance(rule, RefusedRule):
        yield f"Refused: {rule.reason}."
        return
    yield "| field | comes from |\n|---|---|"
    yield from (f"| `{name}` | {_cell(words)} |" for name, words in _fields(rule, ""))


def _fields(part: BaseModel, inside: str) -> Iterator[tuple[str, str]]:
    """Every field that the file gives, by its place; lists with `[]`."""
    for name, field in type(part).model_fields.items():
        if (name in _OF_A_RULE and not inside) or name not in part.model_fields_set:
            continue
        yield from _values(getattr(part, name), f"{inside}{field.alias or name}")


def _values(value: object, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case ValueOrigin():
            yield place, source_words(value)
        case Condition():
            yield place, when_words((value,))
        case BaseModel():
            yield from _fields(value, f"{place}.")
        case Mapping():
            for name, each in value.items():
                yield from _values(each, f"{place}.{name}")
        case tuple() if any(isinstance(each, BaseModel) for each in value):
            yield from _in_list(value, place)
        case tuple():
            yield place, ", ".join(f"`{each}`" for each in value)
        case None:
            return
        case _:
            yield place, str(value)


def _in_list(parts: Sequence[object], place: str) -> Iterator[tuple[str, str]]:
    conditions = [each for each in parts if isinstance(each, Condition)]
    if conditions:
        yield place, when_words(conditions)
        return
    for number, each in enumerate(parts, start=1):
        yield from _values(each, f"{place}[{number}]" if len(parts) > 1 else f"{place}[]")


def _code_lists(channel: ChannelFile) -> Iterator[str]:
    if channel.code_lists:
        yield "\n## Code lists"
    for name, codes in channel.code_lists.items():
        yield f"\n### {name}\n\n| the source's | ours |\n|---|---|"
        yield from (
            f"| {'any other' if code == '*' else f'`{code}`'} | {_cell(ours or '(none)')} |"
            for code, ours in codes.items()
        )


def _cell(text: str) -> str:
    """What would end a cell is written so that it does not."""
    return " ".join(text.replace("|", "\\|").split())
