"""What the ERP is told of an order is a possible sequence, and in the end it has what is wanted, or has left."""

import pytest

from domain.identifiers import EventId
from domain.messages.cases import Case
from domain.messages.dispatch import ErpRequested
from domain.messages.failure_policy import Dependency
from domain.messages.status import OrderStatus
from domain.orders.decision import Cause
from domain.orders.status import status_of
from domain.orders.transitions import OrderVerdict, restored
from tests.unit.orders.outages.test_failure_policy import without
from tests.unit.orders.story import Story, effects_of

REFUSED = "place available 5 gate accepted; answer 1:5; erp refuses"
LINE_CANCELLED = "place complete 5 5; answer 1:0 2:5; cancel 1; ship 1:5; booked"
ERP_COMMANDS = ("CREATE", "POST", "REVERSE", "CANCEL", "AMEND")


def told_by(story: Story, history: str) -> list[str]:
    """The commands to the ERP that these events lead to."""
    return [told for step in history.split("; ") for told in erp_commands(do(story, step))]


def do(story: Story, step: str) -> OrderVerdict:
    if step != "tax is back":
        return story.do(step)
    story.rules = Story().rules
    cause = Cause(EventId("tax is back"), story.now_ms)
    verdict = restored(story.known, Dependency.TAX, cause, story.rules)
    story.known = verdict.state
    for message in verdict.messages:
        if isinstance(message, ErpRequested):
            story.asked[message.command_type].append(message)
    return verdict


def erp_commands(verdict: OrderVerdict) -> list[str]:
    return [each for each in effects_of(verdict).split("; ") if each.startswith(ERP_COMMANDS)]


@pytest.mark.parametrize(
    ("history", "told"),
    (
        ("place complete 5; answer 1:0; cancel; ship 1:5; unship 1:5", "CREATE 5, POST 5, REVERSE 5, CANCEL"),
        ("place complete 5; answer 1:0; cancel; ship 1:5; unship 1:2", "CREATE 5, POST 5, REVERSE 2, CANCEL 2"),
        (
            "place complete 5; answer 1:0; cancel; ship 1:5; unship 1:2; unship 1:3",
            "CREATE 5, POST 5, REVERSE 2, CANCEL 2, REVERSE 3, CANCEL",
        ),
        (
            "place complete 5; answer 1:0; cancel; ship 1:2; ship 1:3; unship 1:3",
            "CREATE 2, POST 2, POST 3, REVERSE 3",
        ),
        (
            "place complete 5; answer 1:0; cancel; ship 1:5; unship 1:5; ship 1:5; unship 1:5",
            "CREATE 5, POST 5, REVERSE 5, CANCEL, POST 5, REVERSE 5",
        ),
        ("place kill 5; answer 1:0; timer; ship 1:5; unship 1:5", "CREATE 5, POST 5, REVERSE 5, CANCEL"),
        (
            "place complete 9; answer 1:0; cancel 1:4; ship 1:7; fill 1:2; unship 1:7",
            "CREATE 7, POST 7, REVERSE 7, CANCEL 2",
        ),
        (
            "place available 5; answer 1:5; booked; cancel; warehouse accepts; ship 1:5; unship 1:5",
            "CREATE 5, CANCEL, POST 5, REVERSE 5",
        ),
        (
            "place available 5; answer 1:5; booked; ship 1:5; cancel; unship 1:5",
            "CREATE 5, POST 5, REVERSE 5, CANCEL",
        ),
        (
            f"{LINE_CANCELLED}; amend 1 2:3; amendment applied; unship 1:5",
            "CREATE 5, POST 5, AMEND 5 3, REVERSE 5, CANCEL 5",
        ),
        (
            f"{LINE_CANCELLED}; amend 1 2:3; unship 1:5; amendment refused",
            "CREATE 5, POST 5, AMEND 5 3, REVERSE 5",
        ),
    ),
)
def test_what_was_cancelled_before_it_was_booked_is_cancelled_in_the_erp_when_it_comes_back(
    history: str, told: str
) -> None:
    assert told == short(told_by(Story(), history))


def short(commands: list[str]) -> str:
    """Such as `CREATE 5, CANCEL`: a command with the units of its lines."""
    words = (command.replace("_SALES_ORDER", "").replace("_SHIPMENT", "").split() for command in commands)
    return ", ".join(" ".join([word, *(unit.partition(":")[2] for unit in units)]) for word, *units in words)


@pytest.mark.parametrize(
    ("history", "told"),
    (
        ("ship 1:3", ""),
        ("ship 1:3; retry booking", "CREATE 5, POST 3"),
        ("ship 1:3; unship 1:2; retry booking", "CREATE 5, POST 3, REVERSE 2"),
        ("ship 1:3; retry booking; erp refuses; posting refused; retry booking", "CREATE 5, POST 3, CREATE 5, POST 3"),
        ("ship 1:5; dismiss booking; retry booking", ""),
        ("ship 1:5; dismiss booking; ship 1:2", ""),
        ("ship 1:3; return 1:1; retry booking", "CREATE 5, POST 3, POST_CREDIT_MEMO 1"),
        ("return 1:1; ship 1:3; retry booking", "CREATE 5, POST 3, POST_CREDIT_MEMO 1"),
        ("ship 1:3; cancel; warehouse accepts; retry booking", "CREATE 3, POST 3"),
        ("ship 1:5; unship 1:5; cancel; warehouse accepts; retry booking", ""),
        ("cancel; warehouse accepts; ship 1:5", ""),
        ("cancel; warehouse accepts; ship 1:5; unship 1:5", ""),
    ),
)
def test_nothing_is_posted_to_an_erp_that_has_refused_the_order(history: str, told: str) -> None:
    story = Story()
    told_by(story, REFUSED)
    assert told == short(told_by(story, history))


@pytest.mark.parametrize(
    ("history", "told"),
    (
        ("ship 1:3; erp refuses; posting refused; retry booking", "CREATE 5, POST 3"),
        (
            "ship 1:3; unship 1:3; erp refuses; posting refused; reversal refused; retry booking",
            "CREATE 5, POST 3, REVERSE 3",
        ),
        ("ship 1:3; erp refuses; unship 1:3; posting refused; retry booking", "CREATE 5, POST 3, REVERSE 3"),
        (
            "ship 1:3; return 1:3; erp refuses; posting refused; memo refused; retry booking",
            "CREATE 5, POST 3, POST_CREDIT_MEMO 3",
        ),
        (
            "ship 1:3; cancel; warehouse accepts; erp refuses; posting refused; cancellation refused; retry booking",
            "CREATE 3, POST 3",
        ),
        ("amend 1 1:4; erp refuses; amendment refused; warehouse accepts; retry booking", "CREATE 4"),
        ("amend 1 1:4; erp refuses; retry booking; amendment refused; warehouse accepts", "CREATE 5, AMEND 4"),
    ),
)
def test_what_was_asked_for_after_a_refused_booking_follows_its_retry(history: str, told: str) -> None:
    story = Story()
    told_by(story, "place available 5 gate accepted; answer 1:5")
    before, after = history.split("; erp refuses; ")
    told_by(story, f"{before}; erp refuses")
    assert told == short(told_by(story, after))
    assert "booking" not in effects_of(story.do("booked"))


RAISED = "place available 5; answer 1:5; booked; amend 1 1:8"


@pytest.mark.parametrize(
    ("history", "told"),
    (
        ("cancel 1:2; answer 1:3; amendment refused", "AMEND 6, CANCEL 2"),
        ("cancel 1:2; cancel 1:3; answer 1:3; amendment refused", "AMEND 5, CANCEL 3"),
        ("cancel 1:4; warehouse accepts; answer 1:3; amendment refused", "AMEND 5, CANCEL 4"),
        ("cancel 1:5; warehouse accepts; answer 1:3; amendment refused", "AMEND 5, CANCEL"),
        ("cancel 1:2; answer 1:3; amendment applied", "AMEND 6"),
        ("answer 1:3; cancel 1:2; warehouse accepts; amendment refused", "AMEND 8, CANCEL 2"),
    ),
)
def test_what_was_cancelled_of_a_raise_that_the_erp_refuses_is_cancelled_there(history: str, told: str) -> None:
    assert f"CREATE 5, {told}" == short(told_by(Story(), f"{RAISED}; {history}"))


def test_an_order_of_which_a_refused_raise_leaves_nothing_is_cancelled() -> None:
    story = Story()
    told_by(story, f"{RAISED}; cancel 1:5; warehouse accepts; answer 1:3; amendment refused")
    assert OrderStatus.CANCELLED == status_of(story.order)


def test_what_leaves_after_the_case_of_a_refused_order_is_closed_is_a_case_again() -> None:
    story = Story()
    told_by(story, f"{REFUSED}; ship 1:5; dismiss booking")
    assert "case ORDER_REJECTED" in effects_of(story.do("ship 1:2")).split("; ")
    assert "case ORDER_REJECTED" not in effects_of(story.do("unship 1:2"))


def test_what_leaves_of_a_refused_order_that_was_cancelled_is_booked_when_its_case_is_retried() -> None:
    story = Story()
    told_by(story, f"{REFUSED}; cancel; warehouse accepts")
    (case,) = [
        each for each in story.do("ship 1:5").messages if isinstance(each, Case) and "REJECTED" in each.case_class
    ]
    story.cases[None] = case
    story.do("unship 1:2")
    assert "CREATE 5, POST 5, REVERSE 2, CANCEL 2" == short(erp_commands(story.do("retry it")))


KEPT_BACK = "place available 5; answer 1:5; booked"


@pytest.mark.parametrize(
    ("history", "told"),
    (
        ("ship 1:5; unship 1:5; cancel; warehouse accepts; tax is back", "POST 5, REVERSE 5, CANCEL"),
        ("ship 1:2; cancel; warehouse accepts; tax is back", "POST 2, CANCEL 3"),
        (
            "cancel 1:1; warehouse accepts; ship 1:2; cancel; warehouse accepts; tax is back",
            "CANCEL 1, POST 2, CANCEL 2",
        ),
        ("ship 1:2; cancel 1:1; warehouse accepts; amend 1 1:3; tax is back", "AMEND 3, POST 2"),
        ("ship 1:2; return 1:1; tax is back", "POST 2, POST_CREDIT_MEMO 1"),
    ),
)
def test_a_cancellation_and_a_memo_come_after_the_shipments_that_are_kept_back(history: str, told: str) -> None:
    story = without("TAX", "TAX SHIPMENT * PAUSE")
    told_by(story, KEPT_BACK)
    assert told == short(told_by(story, history))


@pytest.mark.parametrize("ends", ("cancel", "cancel; unship 1:5", "unship 1:5; cancel; warehouse accepts"))
def test_of_an_order_that_ends_before_it_is_booked_nothing_is_posted(ends: str) -> None:
    story = without("TAX", "TAX BOOKING * PAUSE")
    history = f"place available 5 gate accepted; answer 1:5; ship 1:5; {ends}; tax is back"
    expected = "CREATE 5, POST 5" if ends == "cancel" else ""
    assert expected == short(told_by(story, history))


def test_what_left_and_came_back_before_an_order_ended_is_posted_when_more_of_it_leaves() -> None:
    story = without("TAX", "TAX BOOKING * PAUSE")
    told_by(story, "place available 5 gate accepted; answer 1:5; ship 1:5; cancel; unship 1:5; tax is back")
    assert "CREATE 5, POST 5, REVERSE 5, POST 2, CANCEL 3" == short(told_by(story, "ship 1:2"))


@pytest.mark.parametrize(
    ("history", "cancelled"),
    (("", 0), ("; unship 1:5", 5), ("; unship 1:2", 2)),
)
def test_what_was_not_wanted_is_not_wanted_again_when_the_erp_refuses_to_raise_it(history: str, cancelled: int) -> None:
    story = Story()
    told_by(story, "place available 5; answer 1:5; booked; ship 1:5; cancel; amend 1 1:8; answer 1:0")
    told_by(story, f"amendment refused{history}")
    assert (cancelled, 5 - cancelled) == (story.order.lines[0].cancelled, story.order.lines[0].unwanted)


@pytest.mark.parametrize(("shipped", "told"), ((5, ""), (1, "CANCEL 4")))
def test_what_an_amendment_has_raised_and_the_erp_does_not_know_is_not_cancelled_there(shipped: int, told: str) -> None:
    story = Story()
    told_by(story, f"place complete 5; answer 1:5; booked; ship 1:{shipped}; amend 1 1:7")
    assert told == short(told_by(story, "cancel; warehouse accepts" if shipped < 5 else "cancel"))


def test_what_has_left_of_a_raise_is_on_the_order_in_the_erp_although_the_rest_is_cancelled_meanwhile() -> None:
    story = Story()
    told_by(story, "place complete 2; answer 1:2; booked; amend 1 1:7; ship 1:4")
    assert "AMEND 4" in short(told_by(story, "cancel"))


def test_what_an_amendment_takes_off_is_not_cancelled_in_the_erp_as_well() -> None:
    story = Story()
    told_by(story, "place available 5; answer 1:5; booked; amend 1 1:1; amendment applied; pick 1:1; ship 1:1; cancel")
    assert "CANCEL" not in short(told_by(story, "warehouse accepts"))


def test_what_an_amendment_was_to_take_off_is_cancelled_in_the_erp_when_that_refuses_it() -> None:
    story = Story()
    told_by(story, "place available 5; answer 1:5; booked; amend 1 1:1; ship 1:1; cancel; warehouse accepts")
    assert "CANCEL 4" in short(told_by(story, "amendment refused"))


def test_what_is_not_wanted_is_cancelled_however_many_reversals_it_takes() -> None:
    story = Story()
    told_by(story, "place available 5; answer 1:5; booked; ship 1:5; cancel; unship 1:2; unship 1:2")
    assert (4, 1) == (story.order.lines[0].cancelled, story.order.lines[0].unwanted)


def test_what_came_back_while_the_erp_was_asked_to_raise_it_is_cancelled_when_it_refuses() -> None:
    story = Story()
    told_by(story, "place available 5; answer 1:5; booked; ship 1:5; cancel; amend 1 1:8; answer 1:0; unship 1:3")
    assert "CANCEL_SALES_ORDER 1:3" in effects_of(story.do("amendment refused"))
    assert (3, 2) == (story.order.lines[0].cancelled, story.order.lines[0].unwanted)
