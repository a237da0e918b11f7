"""The document for those who watch names every metric that there is, and none that there is not."""

import re
from pathlib import Path

from connectors.kafka.settings import FIXED
from connectors.observation.observation import Observation

DOCUMENT = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")


def families() -> set[str]:
    page = Observation(30).answer("/metrics").body.decode()
    return set(re.findall(r"^# TYPE orderline_(\w+) ", page, re.MULTILINE))


def rows_of(heading: str) -> list[str]:
    """The first cells of the table below a heading."""
    section = DOCUMENT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]


def test_every_metric_is_in_the_table_and_nothing_else() -> None:
    named = {name for cell in rows_of("What to watch") for name in re.findall(r"`(\w+)`", cell)}
    assert families() == named


def test_rules_for_alerts_use_metrics_that_there_are() -> None:
    used = set(re.findall(r"orderline_(\w+)", DOCUMENT.partition("Rules worth an alert")[2]))
    assert used
    assert used <= families()


def test_the_options_said_to_be_refused_are() -> None:
    said = DOCUMENT.rpartition("is refused by its name")[2].partition("and others")[0]
    named = set(re.findall(r"`([a-z.]+)`", said))
    assert named
    assert named <= FIXED.keys()
