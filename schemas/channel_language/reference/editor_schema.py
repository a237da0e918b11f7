"""The JSON Schema of channel files, with which editors complete and explain them.

It is kept as `docs/reference/channel-file.schema.json`, and accepts every right file. `orderline channel check` finds
more mistakes than a schema can: those between fields.
"""

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.reference.field_words import words_of_fields

_SHORT: Final = {"ValueOrigin", "NotesRule"}
"""What may be written as one text: a path."""
_ONE_OR_MORE: Final = {
    "when",
    "each",
    "lines",
    "charges",
    "added",
    "described_lines",
    "discounts",
    "taxes",
    "tenders",
    "totals",
    "notes",
    "listed_references",
    "line_count_of",
    "encoding",
}
"""Lists of which a single element may stand without brackets."""

_OF_LISTS: Final = ("type", "items", "minItems", "maxItems", "minLength", "maxLength", "$ref")

JsonSchema = dict[str, Any]


def editor_schema() -> JsonSchema:
    """The schema; its definitions are named after the models."""
    schema: JsonSchema = ChannelFile.model_json_schema()
    models = {model.__name__: model for model in _models()}
    for name, definition in (*schema["$defs"].items(), (ChannelFile.__name__, schema)):
        if name in models:
            _explain(definition, models[name])
    _loosen(schema)
    _share_content(schema["$defs"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _share_content(definitions: JsonSchema) -> None:
    """Whoever takes the content of another rule need not say it again."""
    for definition in definitions.values():
        for name in definition.get("properties", {}).get("content_of", {}).get("anyOf", ()):
            if shared := definitions.get(f"{name.get('const')}Rule"):
                definition["required"] = [
                    field for field in definition["required"] if field == "event" or field not in shared["properties"]
                ]


def _models() -> Iterator[type[BaseModel]]:
    """All models that the language has; those of the schema are among them."""
    waiting: list[type[BaseModel]] = [BaseModel]
    while waiting:
        below = waiting.pop().__subclasses__()
        waiting += below
        yield from (model for model in below if model.__module__.startswith("schemas.channel_language"))


def _explain(definition: JsonSchema, model: type[BaseModel]) -> None:
    names = {name: field.alias or name for name, field in model.model_fields.items()}
    for name, text in words_of_fields(model).items():
        definition["properties"][names[name]]["description"] = text


def _loosen(node: Any) -> None:  # noqa: ANN401 - any part of a schema
    """Allow what the models take besides: a path for a source, one element for a list."""
    if isinstance(node, list):
        for each in node:
            _loosen(each)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        _loosen(value)
        if key == "properties":
            _loosen_lists(value)
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name in _SHORT:
        del node["$ref"]
        node["anyOf"] = [{"type": "string"}, {"$ref": f"#/$defs/{name}"}]


def _loosen_lists(properties: JsonSchema) -> None:
    for name in sorted(_ONE_OR_MORE & properties.keys()):
        field = properties[name]
        forms = field.pop("anyOf", None) or [{key: field.pop(key) for key in _OF_LISTS if key in field}]
        single = [form["items"] for form in forms if form.get("type") == "array"]
        field["anyOf"] = [*forms, *single]
