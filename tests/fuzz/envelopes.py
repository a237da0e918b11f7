"""Hostile keys and headers around a payload."""

from random import Random

from schemas.inherited_headers import OWN_NAMES

_NAMES = (
    *sorted(OWN_NAMES),
    "tracestate",
    "X-Shopify-Topic",
    "X-Shopify-Webhook-Id",
    "",
    "é",
    "n" * 3_000,
    "original_topic",
    "reason",
)
_TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
_VALUES = (b"", b"\xff\xfe", b"\0", b"1", b"source.portal.v1/0/0", _TRACE, _TRACE * 40, b"v" * 9_000, b"-1", b"9" * 300)
_KEYS = (None, "", " ", "a", "\0", "k" * 300, "key with spaces", "é𝟙", "portal:1")

Headers = tuple[tuple[str, bytes], ...]


def hostile_headers(chance: Random, headers: Headers) -> Headers:
    """Most records keep theirs; some get others, many of them, or very long ones."""
    kind = chance.random()
    if kind < 0.7:
        return headers
    if kind < 0.98:
        return (*headers, *(_header(chance) for _ in range(chance.choice((1, 1, 2, 5)))))
    if kind < 0.99:
        return (*headers, *(_header(chance) for _ in range(400)))
    return (*headers, ("traceparent", b"t" * 400_000))


def hostile_key(chance: Random, key: str | None) -> str | None:
    """Most records keep theirs."""
    return key if chance.random() < 0.8 else chance.choice(_KEYS)


def _header(chance: Random) -> tuple[str, bytes]:
    return chance.choice(_NAMES), chance.choice(_VALUES)
