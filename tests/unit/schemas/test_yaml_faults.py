"""A fault in a file says what was found and what is allowed, in words for the person who wrote the file."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_files import YamlFileInvalid, parse_yaml


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["a"]
    size: Annotated[int, Field(ge=1, lt=10)] = 1


class Other(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["b"]
    weight: int = 1


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(min_length=2, max_length=3, pattern="^[a-z]+$")]
    parts: Annotated[list[Annotated[Part | Other, Field(discriminator="kind")]], Field(min_length=1, max_length=2)] = []
    texts: dict[str, str] = {}
    either: bool | list[Any] | None = None


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        ("parts: []", "1:1: name: is required (and 1 more)"),
        ("name: a", "1:1: name: must have at least 2 characters, not 'a'"),
        ("name: abcd", "1:1: name: must have at most 3 characters, not 'abcd'"),
        ("name: AB", "1:1: name: must match ^[a-z]+$, not 'AB'"),
        ("name: 12", "1:1: name: must be text, not 12"),
        ("name: [a]", "1:1: name: must be text, not a list"),
        ("name: {a: b}", "1:1: name: must be text, not a mapping"),
        ("name: null", "1:1: name: must be text, not nothing"),
        ("name: ab\nnames: x", "2:1: names: there is no such field: did you mean name?"),
        ("name: ab\nqqqq: x", "2:1: qqqq: there is no such field: choose from either, name, parts, texts"),
        ("name: ab\nparts: []", "2:1: parts: must have at least 1 entry"),
        ("name: ab\nparts: {}", "2:1: parts: must be a list, not a mapping"),
        ("name: ab\nparts:\n  - {size: 1}", "3:5: parts.1: needs the field 'kind'"),
        ("name: ab\nparts:\n  - {kind: c}", "3:5: parts.1: 'kind' must be one of 'a', 'b', not 'c'"),
        ("name: ab\nparts:\n  - {kind: a, size: 0}", "3:15: parts.1.size: must be at least 1, not 0"),
        ("name: ab\nparts:\n  - {kind: a, size: 10}", "3:15: parts.1.size: must be less than 10, not 10"),
        ("name: ab\nparts:\n  - {kind: a, size: true}", "3:15: parts.1.size: must be a whole number, not true"),
        (
            "name: ab\nparts:\n  - {kind: a, sizes: 1}",
            "3:15: parts.1.sizes: there is no such field: did you mean size?",
        ),
        ("name: ab\ntexts: {a: 1}", "2:9: texts.a: must be text, not 1"),
        ("name: ab\neither: x", "2:1: either: must be true or false or a list, not 'x'"),
        (f"name: {'1' * 60}", f"1:1: name: must have at most 3 characters, not '{'1' * 39}..."),
    ),
)
def test_a_fault_is_worded_for_people(text: str, reason: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        parse_yaml(text, "file.yaml").as_model(Whole)
    assert f"file.yaml:{reason}" == str(refused.value)
