"""Hostile payloads: what sources really send, with one or some things changed."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from tests.fuzz.values import TEXTS, hostile_value

_SEPARATORS = b"~*>:^|\n\r,;{}[]\"'"


def hostile_payload(chance: Random, payload: bytes | None) -> bytes | None:
    """The payload, changed; one in eight stays as it was, so that flows get beyond the first check."""
    kind = chance.random()
    if payload is None or kind < 0.125:
        return payload
    if kind < 0.15:
        return chance.choice((None, b"", b"\0", b"null", b"[]", b"{}", chance.randbytes(200)))
    change = _in_document if kind < 0.8 and payload.lstrip().startswith((b"{", b"[")) else _in_bytes
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        payload = change(chance, payload)
    return payload


def _in_document(chance: Random, payload: bytes) -> bytes:
    try:
        document = json.loads(payload)
    except ValueError:  # an earlier change broke it
        return _in_bytes(chance, payload)
    places = list(_places(document))
    if not places:
        return payload
    holder, key = chance.choice(places)
    chance.choice(_CHANGES)(chance, holder, key)
    return json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _places(document: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key) of a document, however deep."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        found += [(holder, key) for key in keys]
        waiting += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    return found


def _replace(chance: Random, holder: Any, key: Any) -> None:
    holder[key] = hostile_value(chance)


def _remove(_chance: Random, holder: Any, key: Any) -> None:
    del holder[key]


def _repeat(chance: Random, holder: Any, key: Any) -> None:
    value = holder[key]
    times = chance.choices((2, 20, 100), weights=(80, 20, 1))[0]
    holder[key] = value * times if isinstance(value, list) else [value, value]


def _rename(chance: Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[chance.choice(TEXTS)] = holder.pop(key)


def _append(chance: Random, holder: Any, key: Any) -> None:
    if isinstance(holder[key], str):
        holder[key] += chance.choice(TEXTS)


_CHANGES: tuple[Callable[[Random, Any, Any], None], ...] = (
    _replace,
    _replace,
    _replace,
    _remove,
    _repeat,
    _rename,
    _append,
)


def _in_bytes(chance: Random, payload: bytes) -> bytes:
    at = chance.randrange(len(payload) + 1)
    match chance.randrange(6):
        case 0:
            return payload[:at]
        case 1:
            return payload[:at] + chance.randbytes(chance.choice((1, 1, 8))) + payload[at + 1 :]
        case 2:
            return payload[:at] + bytes([chance.choice(_SEPARATORS)]) + payload[at:]
        case 3:
            return payload[:at] + payload[chance.randrange(len(payload) + 1) :]
        case 4:
            return payload + payload[: chance.randrange(len(payload) + 1)]
        case _:
            return _with_element(chance, payload)


def _with_element(chance: Random, payload: bytes) -> bytes:
    """An X12 element (or whatever is between two separators) with another value."""
    separator = b"*" if b"*" in payload else b","
    parts = payload.split(separator)
    parts[chance.randrange(len(parts))] = str(hostile_value(chance)).encode("utf-8", "replace")
    return separator.join(parts)
