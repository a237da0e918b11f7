"""Every scenario of docs/scenarios ends as its file says: one test for each file."""

from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest

from connectors.topic_reader import every_record, open_reader
from dataflows.scenarios.player import ScenarioPlayer
from dataflows.scenarios.scenario_file import SECTIONS, load_scenario
from schemas.contracts.registry import EXCEPTIONS, EXCEPTIONS_STATE
from schemas.headers import header

REPORTERS = {"orderline/intake", "orderline/insights"}
"""They keep no cases: they state one once, and report it to its home."""
STORIES = Path(__file__).parents[2] / "docs" / "scenarios"


def two_writers_of_a_case(data: Path) -> list[str]:
    """Cases of which two flows have written the newest state, or which two have stated: each has one home."""
    writers: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    with closing(open_reader(data, None)) as reader:
        for topic in (EXCEPTIONS, EXCEPTIONS_STATE):
            for record in every_record(reader, topic):
                if not (header(record.headers, "ce_type") or "").endswith("CaseActionRefused"):
                    writers[topic, record.key].add(header(record.headers, "ce_source") or "")
    return [
        f"{topic} {case_id}: {flows}"
        for (topic, case_id), flows in writers.items()
        if len(flows - REPORTERS) > 1 or (topic == EXCEPTIONS_STATE and flows & REPORTERS)
    ]


@pytest.mark.parametrize("name", sorted(path.name for path in STORIES.glob("*.yaml")))
def test_the_story_ends_as_its_file_says(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(STORIES / name)
    assert scenario.has_expectations
    with closing(ScenarioPlayer(scenario, STORIES, tmp_path)) as player:
        assert [] == [str(difference) for difference in player.play()]
        assert [] == two_writers_of_a_case(tmp_path)


def test_the_page_lists_every_story_in_its_own_words() -> None:
    page = (STORIES / "README.md").read_text()
    for path in STORIES.glob("*.yaml"):
        scenario = load_scenario(path)
        assert f"({path.name}) | **{scenario.title}.** {scenario.story.strip()} |" in page


def test_an_expectation_may_name_each_part_of_an_outcome(tmp_path: Path) -> None:
    with closing(ScenarioPlayer(load_scenario(STORIES / "last-unit.yaml"), STORIES, tmp_path)) as player:
        player.play()
        assert SECTIONS == tuple(player.outcome())
