"""Tells the story of one ERP event by event, so that a test's given is a history and never a hand-made state."""

from dataclasses import replace

from domain.dispatch import transitions
from domain.dispatch.breaker import Breaker
from domain.dispatch.decision import DispatchDecision, DispatchTimer, DispatchVerdict, TimerKind
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.rows import CommandState, Gate
from domain.identifiers import ChannelId, CommandId, CustomerId, DocumentKey, ErpId, OrderId, ShipmentId
from domain.messages.dispatch import (
    CommandType,
    Document,
    ErpAvailability,
    ErpCommand,
    ErpRequested,
    ErpResponse,
    Outcome,
)
from tests.unit.dispatch.memory_rows import MemoryRows

SECOND_MS = 1000
START_MS = 1_700_000_000_000

POLICY = DispatchPolicy(
    erp_id=ErpId("main"),
    rate_per_second=100,
    burst=50,
    max_in_flight=10,
    breaker_window=4,
    breaker_threshold=3,
    open_ms=5 * SECOND_MS,
    open_cap_ms=15 * SECOND_MS,
    transient_retry_ms=1 * SECOND_MS,
    transient_retry_cap_ms=8 * SECOND_MS,
    answer_within_ms=600 * SECOND_MS,
    settle_after_ms=30 * SECOND_MS,
    ageing_ms=60 * SECOND_MS,
)


def request(
    command_id: str,
    document_key: str = "",
    command_type: CommandType = CommandType.CREATE_SALES_ORDER,
    priority_class: int = 2,
) -> ErpRequested:
    """A command of the order that its document is named after."""
    order_id = document_key or f"order-of-{command_id}"
    return ErpRequested(
        erp_id=ErpId("main"),
        command_id=CommandId(command_id),
        command_type=command_type,
        document_key=DocumentKey(order_id),
        business_key=order_id,
        priority_class=priority_class,
        document=Document(
            order_id=OrderId(order_id),
            channel_id=ChannelId("portal"),
            customer_id=CustomerId("C1"),
            currency="EUR",
            shipment_id=ShipmentId(""),
            carrier="",
            tracking_number="",
            reason="",
            lines=(),
        ),
    )


class Story:
    """One ERP, its rows, its time, and the timers that were asked for."""

    def __init__(self, policy: DispatchPolicy = POLICY) -> None:
        self.policy = policy
        self.rows = MemoryRows()
        self.now_ms = START_MS
        self.timers: list[DispatchTimer] = []
        self.released: list[ErpCommand] = []
        self.decisions: list[DispatchDecision] = []

    def request(
        self,
        command_id: str,
        document_key: str = "",
        command_type: CommandType = CommandType.CREATE_SALES_ORDER,
        priority_class: int = 2,
    ) -> DispatchDecision:
        return self.ask(request(command_id, document_key, command_type, priority_class))

    def ask(self, wanted: ErpRequested) -> DispatchDecision:
        return self.take(transitions.requested(self.rows, self.policy, wanted, self.now_ms))

    def answer(  # noqa: PLR0913 - what a connector may say
        self,
        command_id: str,
        outcome: Outcome,
        *,
        attempt: int | None = None,
        document_number: str = "",
        retry_after_ms: int = 0,
        sent_now: bool = False,
    ) -> DispatchDecision:
        """The answer to the latest release of a command, or to an earlier attempt of it."""
        sent = [command for command in self.released if command.command_id == command_id]
        chosen = next((command for command in sent if command.attempt == attempt), sent[-1] if sent else None)
        response = ErpResponse(
            erp_id=ErpId("main"),
            command_id=CommandId(command_id),
            command_type=chosen.command_type if chosen else CommandType.CREATE_SALES_ORDER,
            attempt=attempt if attempt is not None else (chosen.attempt if chosen else 1),
            outcome=outcome,
            document_number=document_number,
            reason="because",
            retry_after_ms=retry_after_ms,
            sent_now=sent_now,
        )
        return self.hear(response)

    def hear(self, response: ErpResponse) -> DispatchDecision:
        return self.take(transitions.answered(self.rows, self.policy, response, self.now_ms))

    def available(self, available: bool) -> DispatchDecision:
        word = ErpAvailability(erp_id=ErpId("main"), available=available, reason="says the connector")
        return self.take(transitions.availability(self.rows, self.policy, word, self.now_ms))

    def fire(self, timer: DispatchTimer) -> DispatchDecision:
        return self.take(transitions.timer(self.rows, self.policy, timer, max(timer.due_ms, self.now_ms)))

    def wait(self, duration_ms: int) -> None:
        """Time passes, and the timers due fire at their own time, in order."""
        end_ms = self.now_ms + duration_ms
        while due := [timer for timer in self.timers if timer.due_ms <= end_ms]:
            timer = min(due, key=lambda one: one.due_ms)
            self.timers.remove(timer)
            self.now_ms = max(self.now_ms, timer.due_ms)
            self.fire(timer)
        self.now_ms = end_ms

    def state_of(self, command_id: str) -> CommandState | None:
        row = self.rows.commands.get(command_id)
        return row.state if row else None

    def timers_of(self, kind: TimerKind) -> list[int]:
        """How long the timers of a kind that are still out have to go."""
        return [timer.due_ms - self.now_ms for timer in self.timers if timer.kind is kind]

    @property
    def gate(self) -> Gate:
        gate = self.rows.stored_gate
        assert gate is not None
        return gate

    @property
    def breaker(self) -> Breaker:
        return self.gate.breaker

    @property
    def released_ids(self) -> list[str]:
        return [command.command_id for command in self.released]

    @property
    def last_verdict(self) -> DispatchVerdict:
        return self.decisions[-1].verdict

    def take(self, decision: DispatchDecision) -> DispatchDecision:
        self.rows.apply(decision)
        self.rows.check_books()
        self.timers.extend(decision.timers)
        self.released.extend(decision.released)
        self.decisions.append(decision)
        return decision


def story_with(**changes: int) -> Story:
    """A story under other rules."""
    return Story(replace(POLICY, **changes))  # type: ignore[arg-type]  # all rules but the name are whole numbers
