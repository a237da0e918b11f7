"""The page about limits shows the defaults that channel files have."""

import re
from pathlib import Path

import yaml

from schemas.channel_language.channel_file import FailureLimit, LimitsRule

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "limit-a-source.md").read_text(encoding="utf-8")


def test_the_defaults_are_those_of_the_code() -> None:
    shown = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)]
    expected = [{"limits": LimitsRule().model_dump()}, {"failure_limit": FailureLimit().model_dump()}]
    assert expected == shown


def test_every_example_is_a_valid_rule() -> None:
    examples = [yaml.safe_load(text) for text in re.findall(r"`(?:limits: )?(\{.*?\})`", PAGE)]
    assert 3 == len(examples)
    for each in examples:
        assert each == (LimitsRule if "quantity" in each else FailureLimit).model_validate(each).model_dump()
