"""Whatever happens to an order, and whenever: a stage is breached once at most, and its case ends.

It has none while another case says why the stage is not reached.
"""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.messages.cases import Case, CaseState
from domain.messages.orders import BudgetStage
from domain.messages.status import SlaBreached
from domain.orders.service_levels.deadlines import due_at_ms
from domain.orders.service_levels.explaining import is_explained
from domain.orders.transitions import OrderVerdict, woken
from tests.unit.orders.story import Story, story_of

STEPS: tuple[str, ...] = (
    "answer 1:5",
    "answer 1:2",
    "fill 1:3",
    "booked",
    "erp refuses",
    "ship 1:2",
    "ship 1:3",
    "cancel",
)
STEPS += ("warehouse accepts", "hold CREDIT", "unhold CREDIT", "hold PRICING", "unhold PRICING", "10", "30", "300")
STEPS += ("deliver 1:3", "deliver 1:2", "undeliver 1:2", "invoice 1:5", "uninvoice 1:5", "unship 1:2")
PLACED = "place {} 5 ACCEPTANCE<20! BOOKING<40! RELEASE<60! SHIPMENT<80! DELIVERY<30! INVOICE<50! {}"
FROM_SHIPMENT = {"budget/DELIVERY", "budget/INVOICE"}
STAGES = {f"budget/{stage}" for stage in BudgetStage}


def step(story: Story, sentence: str) -> list[OrderVerdict]:
    """Do it, or let so many seconds pass; the timers that are due come first."""
    if not sentence.isdecimal():
        return [story.do(sentence)]
    story.now_ms += int(sentence) * 1_000
    verdicts = []
    while due := [timer for timer in story.timers if timer.due_at_ms <= story.now_ms]:
        timer = min(due, key=lambda each: each.due_at_ms)
        story.timers.remove(timer)
        verdict = woken(story.known, timer.due_at_ms, story._cause(), story.rules, story.parked)
        verdicts.append(story._became(verdict))
    return verdicts


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(("available", "complete", "kill")),
    st.sampled_from(("", "pauses")),
    st.lists(st.sampled_from(STEPS), max_size=12),
)
def test_each_stage_is_breached_once_at_most_and_its_case_lasts_until_it_is_reached(
    promise: str, pauses: str, sentences: list[str]
) -> None:
    story = story_of(PLACED.format(promise, pauses))
    breaches: Counter[str] = Counter()
    is_open: set[str] = set()
    answered = False
    for sentence in sentences:
        if sentence.startswith("answer"):
            if answered:
                continue
            answered = True
        if sentence.startswith("fill") and not answered:
            continue
        for verdict in step(story, sentence):
            for message in verdict.messages:
                if isinstance(message, SlaBreached):
                    breaches[f"budget/{message.stage}"] += 1
                elif isinstance(message, Case) and message.key in STAGES:
                    assert (message.key in is_open) is (message.state is CaseState.RESOLVED)
                    is_open ^= {message.key}
        budgets = story.order.budgets
        shipments = sum(done.startswith("ship") for done in sentences)
        assert all(times <= (shipments if stage in FROM_SHIPMENT else 1) for stage, times in breaches.items())
        assert is_open <= set(breaches)
        breached = budgets.breached if budgets else ()
        assert is_open <= {f"budget/{each.stage}" for each in breached}
        for each in breached:
            assert budgets is not None
            assert f"budget/{each.stage}" in is_open or is_explained(story.order, budgets, each)
        times = [due_at_ms(story.order, budgets, each) for each in budgets.due] if budgets else []
        first_ms = min((each for each in times if each is not None), default=None)
        assert first_ms is None or any(story.now_ms < timer.due_at_ms <= first_ms for timer in story.timers)


FACTS = ("ship 1:2", "ship 1:3", "deliver 1:2", "deliver 1:3", "undeliver 1:2", "invoice 1:5", "uninvoice 1:5")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(FACTS), max_size=7), st.data())
def test_what_is_owed_at_the_end_is_the_same_in_whatever_order_the_facts_are_known(
    facts: list[str], data: st.DataObject
) -> None:
    placed = "place available 5 DELIVERY<30! INVOICE<50!"
    sentences = [placed, *facts]
    arrival = data.draw(st.permutations(sentences))
    units: Counter[str] = Counter()
    for fact in facts:
        verb, _, parts = fact.partition(" 1:")
        units[verb.removeprefix("un")] += int(parts) * (-1 if verb.startswith("un") else 1)
    stages = {"DELIVERY": units["deliver"], "INVOICE": units["invoice"]}
    owed = {stage for stage, known in stages.items() if max(0, known) < units["ship"]}
    story = story_of("; ".join(arrival))
    step(story, "100")
    budgets = story.order.budgets
    assert budgets is not None
    assert owed == {str(each.stage) for each in budgets.breached}
