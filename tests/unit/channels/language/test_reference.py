"""The JSON Schema and the page of fields are those of the models, and editors accept what the flows accept."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.channel_language.reference.editor_schema import editor_schema
from schemas.channel_language.reference.pages import channel_file_pages
from schemas.contracts.reference import REFERENCE
from schemas.yaml_files import parse_yaml, read_yaml
from tests.unit.channels.language.market import LINES, market_text, passing_over, placing

PROJECT = Path(__file__).parents[4]
FILES = sorted((*PROJECT.glob("schemas/channels/*.yaml"), *PROJECT.glob("docs/scenarios/channels/*/*.yaml")))
VALIDATOR = Draft202012Validator(editor_schema())
PAGES = channel_file_pages()


def errors(content: object) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(json.loads(json.dumps(content)))]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_kept_is_what_the_models_say(name: str) -> None:
    expected = PAGES[name]
    assert expected == (REFERENCE / name).read_text(encoding="utf-8"), "run python -m schemas.contracts.reference"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(editor_schema())


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_right_file_is_accepted(file: Path) -> None:
    assert [] == errors(read_yaml(file).content)


@pytest.mark.parametrize(
    "text",
    (
        market_text(placing(), passing_over("{path: a, equlas: x}")),
        market_text(placing(lines=LINES.replace("item_id", "item"))),
        market_text(placing().replace("OrderPlaced", "OrderLost")),
        market_text(placing()).replace("kind: orders", "kind: shop"),
        market_text(placing()).replace("version: 1", "version: one"),
        market_text(placing()).replace("erp_id: main\n", ""),
        market_text(placing()) + "colour: red\n",
    ),
)
def test_what_is_misspelt_is_marked(text: str) -> None:
    assert errors(parse_yaml(text, "market.yaml").content)


def test_fields_are_explained_and_completed() -> None:
    schema: dict[str, Any] = editor_schema()
    assert "0 is the most urgent." == schema["properties"]["priority_class"]["description"]
    assert {"equals", "not_one_of", "all", "any", "not"} <= schema["$defs"]["Condition"]["properties"].keys()
    lines = schema["$defs"]["OrderPlacedRule"]["properties"]["lines"]["anyOf"]
    assert [{"type": "array"}, {}] == [{"type": form["type"]} if "type" in form else {} for form in lines]
    page = PAGES["channel-file-fields.md"]
    assert "| `each` | required |" in page
    assert "## Condition\n" in page
