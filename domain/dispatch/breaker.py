"""The breaker of one ERP: stops the calls while they fail, tries again with one command, then admits all.

| state     | answer of a call              | probe succeeds | probe fails  | available | unavailable  | time is up |
|-----------|-------------------------------|----------------|--------------|-----------|--------------|------------|
| CLOSED    | counted; OPEN at the threshold| -              | -            | -         | OPEN         | -          |
| OPEN      | -                             | -              | -            | HALF_OPEN | -            | HALF_OPEN  |
| HALF_OPEN | -                             | CLOSED         | OPEN, longer | -         | OPEN, longer | -          |

Calls that were in flight when the breaker opened say nothing about the time after, so only the probe's answer counts in
HALF_OPEN. An outage lasts from the first OPEN until CLOSED, through all probes.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.dispatch.policy import DispatchPolicy
from domain.identifiers import CommandId

PROBES_REMEMBERED = 16
"""So many failed probes are skipped while another command waits: one bad document does not keep the ERP closed."""


class GateState(StrEnum):
    """Whether commands may be sent."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(frozen=True, slots=True)
class Breaker:
    """The state and what it was decided from."""

    state: GateState
    recent_failures: tuple[bool, ...]
    """The last outcomes in CLOSED, the oldest first: True for a failure."""
    outages: int
    """LastReports so far; numbers the case of the current one."""
    opened_at_ms: int
    """When the current outage began; 0 when there is none."""
    until_ms: int
    """When OPEN ends; 0 in the other states."""
    cooldown_ms: int
    """How long the last OPEN lasts."""
    probe: CommandId
    """The command in flight in HALF_OPEN; empty when there is none."""
    failed_probes: tuple[CommandId, ...]
    """Probes of this outage that failed, the latest last."""

    @property
    def in_outage(self) -> bool:
        """True from the first OPEN until CLOSED."""
        return self.opened_at_ms != 0


NO_PROBE = CommandId("")

CLOSED = Breaker(
    state=GateState.CLOSED,
    recent_failures=(),
    outages=0,
    opened_at_ms=0,
    until_ms=0,
    cooldown_ms=0,
    probe=NO_PROBE,
    failed_probes=(),
)
"""The breaker of an ERP never called before."""


def answered(breaker: Breaker, policy: DispatchPolicy, command_id: CommandId, *, failed: bool, now_ms: int) -> Breaker:
    """An attempt of a command was answered."""
    if breaker.state is GateState.CLOSED:
        return _counted(breaker, policy, failed=failed, now_ms=now_ms)
    if breaker.state is GateState.HALF_OPEN and command_id == breaker.probe:
        return _opened(breaker, policy, now_ms) if failed else replace(CLOSED, outages=breaker.outages)
    return breaker


def availability(breaker: Breaker, policy: DispatchPolicy, *, available: bool, now_ms: int) -> Breaker:
    """The connector says that the ERP cannot be reached, or can be again."""
    if available:
        return half_opened(breaker) if breaker.state is GateState.OPEN else breaker
    if breaker.state in (GateState.CLOSED, GateState.HALF_OPEN):
        return _opened(breaker, policy, now_ms)
    return breaker


def time_is_up(breaker: Breaker, due_ms: int) -> Breaker:
    """The timer set for `due_ms` fired; only that of the current OPEN counts."""
    waits = breaker.state is GateState.OPEN
    return half_opened(breaker) if waits and due_ms == breaker.until_ms else breaker


def half_opened(breaker: Breaker) -> Breaker:
    """One probe may be sent."""
    return replace(breaker, state=GateState.HALF_OPEN, until_ms=0, probe=NO_PROBE)


def probing(breaker: Breaker, command_id: CommandId) -> Breaker:
    """This command was sent as the probe."""
    return replace(breaker, probe=command_id)


def _counted(breaker: Breaker, policy: DispatchPolicy, *, failed: bool, now_ms: int) -> Breaker:
    recent = (*breaker.recent_failures, failed)[-policy.breaker_window :]
    if failed and sum(recent) >= policy.breaker_threshold:
        return _opened(breaker, policy, now_ms)
    return replace(breaker, recent_failures=recent)


def _opened(breaker: Breaker, policy: DispatchPolicy, now_ms: int) -> Breaker:
    cooldown_ms = min(breaker.cooldown_ms * 2 or policy.open_ms, policy.open_cap_ms)
    failed_probes = (*breaker.failed_probes, breaker.probe) if breaker.probe else breaker.failed_probes
    return Breaker(
        state=GateState.OPEN,
        recent_failures=(),
        outages=breaker.outages if breaker.in_outage else breaker.outages + 1,
        opened_at_ms=breaker.opened_at_ms or now_ms,
        until_ms=now_ms + cooldown_ms,
        cooldown_ms=cooldown_ms,
        probe=NO_PROBE,
        failed_probes=failed_probes[-PROBES_REMEMBERED:],
    )
