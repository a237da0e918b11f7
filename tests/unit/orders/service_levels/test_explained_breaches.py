"""A budget that is breached opens no case where another one says why its stage is not reached."""

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.status import SlaBreached
from tests.unit.orders.story import Story, effects_of, story_of

_HOURS_72 = 72 * 3_600


def open_cases(story: Story, sentence: str, known: dict[str, str] | None = None) -> dict[str, str]:
    """Their reasons, by key."""
    found = dict(known or {})
    for case in (each for each in story.do(sentence).messages if isinstance(each, Case)):
        if case.state is CaseState.OPEN:
            found[case.key] = case.reason
        else:
            found.pop(case.key, None)
    return found


@pytest.mark.parametrize(
    ("placed", "reasons"),
    (
        (
            f"place available 5 SHIPMENT<{_HOURS_72 + 60}!; answer 1:5; booked",
            {"nothing has happened for 3 d to 0.000005 of item 1 for line 1 at E"},
        ),
        (
            "place available 5 SHIPMENT<60!; answer 1:5; booked; pick 1:5",
            {"picked and not shipped after 1 d: 0.000005 of item 1 for line 1 at E"},
        ),
        (
            "place available 5 BOOKING<60! RELEASE<120! SHIPMENT<180!; answer 1:5",
            {"not booked by its ERP within 1 min"},
        ),
        (
            "place available 5 gate accepted BOOKING<60! SHIPMENT<120!; answer 1:5; pick 1:5; ship 1:3",
            {
                "not booked by its ERP within 1 min",
                "picked and not shipped after 1 d: 0.000002 of item 1 for line 1 at E",
            },
        ),
        (
            "place available 5 SHIPMENT<7200!; answer 1:5; booked; cancel",
            {"E has not answered the cancellation of line 1 within 1 h"},
        ),
        (
            "place available 5 INVOICE<60!; answer 1:5; booked; ship 1:5; posted; invoice 1:3; return 1:5",
            {"credited, and never invoiced: 0.000002 of line 1"},
        ),
    ),
)
def test_one_cause_is_one_case(placed: str, reasons: set[str]) -> None:
    assert reasons == set(open_cases(story_of(placed), "wait 100h").values())


def test_the_breach_is_published_all_the_same() -> None:
    story = story_of(f"place available 5 SHIPMENT<{_HOURS_72 + 60}!; answer 1:5; booked")
    assert 1 == sum(isinstance(each, SlaBreached) for each in story.do("wait 100h").messages)


def test_a_sharper_case_that_comes_later_replaces_that_of_the_breach_and_gives_it_back() -> None:
    story = story_of("place available 5 SHIPMENT<60!; answer 1:5; booked; pick 1:2")
    breached = open_cases(story, "wait 10m")
    assert ["not shipped in full within 1 min"] == list(breached.values())
    late = open_cases(story, "wait 80h", breached)
    assert ["nothing has happened for 3 d to 0.000005 of item 1 for line 1 at E"] == list(late.values())
    acted = open_cases(story, "ship 1:2", late)
    assert ["not shipped in full within 1 min"] == list(acted.values())
    assert {} == open_cases(story, "ship 1:3", acted)


def test_a_breach_that_was_explained_ends_in_silence() -> None:
    story = story_of(f"place available 5 SHIPMENT<{_HOURS_72 + 60}!; answer 1:5; booked; wait 100h")
    assert 1 == effects_of(story.do("ship 1:5")).count("case DEPENDENCY_TIMEOUT RESOLVED")
