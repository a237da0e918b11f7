"""Finds constants and defaults that every document would be refused for: units, currencies, countries, nodes."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.fields import placed_sources
from schemas.channel_language.mistakes.mistake import Mistake
from schemas.channel_language.sources import ValueOrigin
from schemas.iso_codes import COUNTRIES, CURRENCIES, UNITS


def wrong_constants(channel: ChannelFile) -> Iterator[Mistake]:
    """A mistake for each of them."""
    known = {
        "unit": (UNITS, "a unit of UN/ECE Recommendation 20"),
        "currency": (CURRENCIES, "a currency of ISO 4217"),
        "country": (COUNTRIES | {""}, "a country of ISO 3166"),
        "node_id": (frozenset((*channel.nodes, *channel.channel_nodes)), "one of the file's nodes"),
        "to_node_id": (frozenset((*channel.nodes, *channel.other_nodes)), "one of the file's nodes or other_nodes"),
        "from_node_id": (frozenset((*channel.nodes, *channel.other_nodes)), "one of the file's nodes or other_nodes"),
    }
    for steps, source in placed_sources(channel):
        name = next(step for step in reversed(steps) if isinstance(step, str))
        if name not in known:
            continue
        allowed, what = known[name]
        for text in _fixed(source):
            if not _is_among(text, allowed, name):
                yield Mistake(steps, f"{text!r} is not {what}: every document that gets it is refused")


def _is_among(text: str, allowed: AbstractSet[str], name: str) -> bool:
    """A blank node is none: a document about no node in particular."""
    if name.endswith("node_id"):
        return not text or text in allowed
    return text.upper() in allowed


def _fixed(source: ValueOrigin) -> Iterator[str]:
    """The texts that are in the file: they pass no code list, unless they are constants."""
    if source.codes is None and source.constant is not None:
        yield source.constant
    if source.default is not None:
        yield source.default
    for one in source.first if source.codes is None else ():
        yield from _fixed(one)
