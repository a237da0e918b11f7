"""Random channel files: all that the language can say of a value, an element and a condition, right or wrong."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import parse_channel_file
from schemas.channel_language.records import RecordFormat
from schemas.yaml_files import YamlFileInvalid

_NAMES: Final = (
    "id",
    "lines",
    "sku",
    "qty",
    "price",
    "a",
    "b",
    "0",
    "99999",
    "kind",
    "é",
    "number",
    "rows",
    "PO1",
    "all",
)
_HEADS: Final = ("", "$.")
_ODD_TEXTS: Final = (
    "",
    " ",
    "x" * 1_000,
    "@position",
    "@document",
    "@ingested",
    "a..b",
    "{a}",
    "{",
    "}",
    "[",
    "a[b=c]",
    "*",
)

Source = str | dict[str, Any]


def random_file(chance: Random, record_format: RecordFormat) -> ChannelFile | None:
    """A file that the loader takes, or None: what it refuses, it refuses in one line with a place."""
    content = _file(chance, record_format)
    try:
        return parse_channel_file(json.dumps(content), "random.yaml")
    except YamlFileInvalid as refused:
        message = str(refused)
        if not message.startswith("random.yaml:") or "\n" in message:
            raise
        return None


def _file(chance: Random, record_format: RecordFormat) -> dict[str, Any]:
    content: dict[str, Any] = {
        "source_id": "random",
        "channel_id": "random",
        "region": "EU",
        "kind": "orders",
        "format": record_format.value,
        "version": 1,
        "currency": "EUR",
        "priority_class": 1,
        "erp_id": "main",
        "nodes": ["central"],
        "dedup_horizon_days": 30,
        "future_tolerance_s": 300,
        "max_record_bytes": 1_048_576,
        "code_lists": {"code": {"1": "A", "*": "B"}, "none": {}},
        "correlation_id": _source(chance, 0),
        "events": [_event(chance, number) for number in range(chance.randint(1, 3))],
    }
    if record_format is RecordFormat.CSV:
        content["csv"] = {"delimiter": chance.choice(",;|\t"), "quote": chance.choice(('"', "'", ""))}
        if chance.random() < 0.5:
            content["csv"]["group_by"] = chance.choice(("number", "a", "id"))
    if record_format is RecordFormat.JSON and chance.random() < 0.3:
        content["documents"] = [_path(chance), "@document"]
    if chance.random() < 0.3:
        content["numbers"] = {"decimal": ",", "grouping": chance.choice((".", " ", "'", ""))}
    if chance.random() < 0.3:
        content["extensions"] = {"leave_out": ["*" * chance.choice((1, 50)) + "a*" * chance.choice((1, 50)) + "b"]}
    return content


def _event(chance: Random, number: int) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event": "OrderPlaced",
        "occurred_at": {"path": _path(chance), "default": "@ingested"},
        "channel_order_id": _source(chance, 0),
        "customer_id": _source(chance, 0),
        "currency": {"constant": "EUR"},
        "ship_to": {
            **{name: _source(chance, 1) for name in ("name", "street", "city", "postal_code", "state")},
            "country": {"path": _path(chance), "default": chance.choice(("", "DE"))},
        },
        "lines": {
            "each": [_each(chance) for _ in range(chance.randint(1, 2))],
            "line_id": chance.choice(("@position", _source(chance, 0))),
            "item_id": _source(chance, 0),
            "quantity": _source(chance, 0),
            "unit": {"constant": "EA"},
            "unit_price": _source(chance, 0),
            "notes": {"each": _each(chance), "text": {"template": "{a}: {b}"}},
        },
        "totals": {"grand": _source(chance, 0)},
    }
    if chance.random() < 0.9:
        event["when"] = {"any": [{"path": f"n{number}", "exists": False}, _condition(chance, 1)]}
    if chance.random() < 0.3:
        event["lines"]["when"] = _condition(chance, 0)
    return event


def _path(chance: Random) -> str:
    if chance.random() < 0.002:
        return chance.choice(_ODD_TEXTS)
    steps = [chance.choice(_NAMES) for _ in range(chance.randint(1, 4))]
    if chance.random() < 0.2:
        steps[-1] += f"[{chance.choice(_NAMES)}={chance.choice(('1', 'x', 'é' * 40))}]"
    return chance.choice(_HEADS) + ".".join(steps)


def _each(chance: Random) -> str:
    names = [chance.choice(_NAMES) for _ in range(chance.randint(1, 3))]
    return ".*.".join(names)


def _source(chance: Random, depth: int) -> Source:
    made = chance.choice(_SOURCES if depth < 3 else _SOURCES[:4])(chance, depth)
    if not isinstance(made, dict):
        return made
    if chance.random() < 0.3:
        made["default"] = chance.choice(("", "1", "X", "0"))
    if chance.random() < 0.1:
        made["codes"] = chance.choice(("code", "none"))
        made["unlisted"] = "missing"
    if chance.random() < 0.1:
        name, said = chance.choice((("case", "upper"), ("case", "lower"), ("spaces", "collapsed"), ("epoch", "millis")))
        made[name] = said
    return made


_SOURCES: Final[tuple[Callable[[Random, int], Source], ...]] = (
    lambda chance, _: _path(chance),
    lambda chance, _: {"path": _path(chance)},
    lambda chance, _: {"header": chance.choice(("X-Topic", "x-topic", "traceparent"))},
    lambda chance, _: {"constant": chance.choice(("1", "EA", "x" * 200))},
    lambda chance, depth: {"first": [_source(chance, depth + 1) for _ in range(chance.randint(1, 4))]},
    lambda chance, depth: {"parts": [_source(chance, depth + 1) for _ in range(chance.randint(1, 4))]},
    lambda chance, depth: {"sum": [_source(chance, depth + 1) for _ in range(chance.randint(1, 4))]},
    lambda chance, depth: {"largest": [_source(chance, depth + 1) for _ in range(2)]},
    lambda chance, depth: {"difference": [_source(chance, depth + 1) for _ in range(2)]},
    lambda chance, depth: {"minus": _source(chance, depth + 1)},
    lambda chance, _: {"template": "/".join(f"{{{_path(chance)}}}" for _ in range(chance.randint(1, 5)))},
    lambda chance, _: {"template": "{header:X-Topic}-{" + chance.choice(_NAMES) + "}"},
)


def _condition(chance: Random, depth: int) -> dict[str, Any]:
    if depth < 4 and chance.random() < 0.4:
        name = chance.choice(("all", "any", "not"))
        joined = [_condition(chance, depth + 1) for _ in range(chance.randint(1, 3))]
        return {name: joined[0] if name == "not" else joined}
    tests: tuple[dict[str, Any], ...] = (
        {"equals": "1"},
        {"not_equals": "1"},
        {"one_of": ["1", "2"]},
        {"not_one_of": ["x"]},
        {"exists": chance.random() < 0.5},
        {"above": "0"},
        {"at_most": "99999999"},
    )
    return {"path": _path(chance), **chance.choice(tests)}
