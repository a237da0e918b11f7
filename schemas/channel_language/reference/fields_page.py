"""The page of all fields of channel files, from their models: `docs/reference/channel-file-fields.md`."""

import inspect
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.reference.field_words import words_of_fields

_HEADING: Final = """\
# Fields of channel files

Generated from the models of `schemas/channel_language/` by `python -m schemas.contracts.reference`; what they
mean together is in [channel files](channel-files.md). Editors complete and explain them with
[channel-file.schema.json](channel-file.schema.json): begin a file with
`# yaml-language-server: $schema=PATH/channel-file.schema.json`.

"""


def fields_page() -> str:
    """Every part of a file, from the file itself down to conditions and sources."""
    return _HEADING + "\n".join(_section(model) for model in _parts())


def _parts() -> list[type[BaseModel]]:
    """Each model once, in the order in which a reader of a file meets them."""
    found: list[type[BaseModel]] = []
    waiting: list[type[BaseModel]] = [ChannelFile]
    while waiting:
        model = waiting.pop(0)
        if model not in found:
            found.append(model)
            waiting += [each for field in model.model_fields.values() for each in _models_in(field.annotation)]
    return found


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any type expression
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _section(model: type[BaseModel]) -> str:
    words = words_of_fields(model)
    rows = "".join(_row(name, field, words.get(name, "")) for name, field in model.model_fields.items())
    about = " ".join(inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].split())
    return f"## {model.__name__}\n\n{about}\n\n| field | is | |\n|---|---|---|\n{rows}"


def _row(name: str, field: FieldInfo, words: str) -> str:
    kind = "required" if field.is_required() else _default(field)
    links = (f"[{each.__name__}](#{each.__name__.lower()})" for each in _models_in(field.annotation))
    parts = ", ".join(dict.fromkeys((*links, *_choices(field.annotation))))
    meaning = f"{parts}. {words}" if parts and words else parts or words
    return f"| `{field.alias or name}` | {kind} | {meaning.replace('|', chr(92) + '|')} |\n"


def _choices(annotation: Any) -> Iterator[str]:  # noqa: ANN401 - any type expression
    """The texts among which a file may choose."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield from (f"`{each}`" for each in annotation)
    elif get_origin(annotation) is Literal:
        yield from (f"`{each}`" if each else "nothing" for each in get_args(annotation))
    else:
        for argument in get_args(annotation):
            yield from _choices(argument)


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, bool):
        return f"default `{str(value).lower()}`"
    if isinstance(value, int | str) and value != "":
        return f"default `{value}`"
    return "optional"
