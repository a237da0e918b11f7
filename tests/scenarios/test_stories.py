"""Every scenario of docs/scenarios ends as its file says: one test for each file."""

from contextlib import closing
from pathlib import Path

import pytest

from dataflows.scenarios.player import ScenarioPlayer
from dataflows.scenarios.scenario_file import SECTIONS, load_scenario

STORIES = Path(__file__).parents[2] / "docs" / "scenarios"


@pytest.mark.parametrize("name", sorted(path.name for path in STORIES.glob("*.yaml")))
def test_the_story_ends_as_its_file_says(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(STORIES / name)
    assert scenario.has_expectations
    with closing(ScenarioPlayer(scenario, STORIES, tmp_path)) as player:
        assert [] == [str(difference) for difference in player.play()]


def test_the_page_lists_every_story_in_its_own_words() -> None:
    page = (STORIES / "README.md").read_text()
    for path in STORIES.glob("*.yaml"):
        scenario = load_scenario(path)
        assert f"({path.name}) | **{scenario.title}.** {scenario.story.strip()} |" in page


def test_an_expectation_may_name_each_part_of_an_outcome(tmp_path: Path) -> None:
    with closing(ScenarioPlayer(load_scenario(STORIES / "last-unit.yaml"), STORIES, tmp_path)) as player:
        player.play()
        assert SECTIONS == tuple(player.outcome())
