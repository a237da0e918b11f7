"""Where each source of a value is written in a channel file."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from schemas.channel_language.sources import ValueOrigin

Way = tuple[str | int, ...]


def placed_sources(part: BaseModel, steps: Way = ()) -> Iterator[tuple[Way, ValueOrigin]]:
    """Every source in a part of a file, those inside others too, with the names and positions on the way to it."""
    for name in type(part).model_fields:
        for below, item in _items(getattr(part, name), (*steps, name)):
            if isinstance(item, ValueOrigin):
                yield below, item
            if isinstance(item, BaseModel):
                yield from placed_sources(item, below)


def _items(value: object, steps: Way) -> Iterator[tuple[Way, object]]:
    if isinstance(value, Mapping):
        yield from (((*steps, key), item) for key, item in value.items())
    elif isinstance(value, tuple):
        yield from (((*steps, number), item) for number, item in enumerate(value))
    else:
        yield steps, value
