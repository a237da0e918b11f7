"""What a crash run leaves behind, quiescent and with all processes ended, for the oracles to judge."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from dataflows.assembly import Rules
from demo.report.report import Report
from tests.oracle.crash_run import CrashRun
from tests.oracle.external_programs import ExternalPrograms
from tests.oracle.programs import Mortal
from tests.oracle.quiescent_log import QuiescentLog
from tests.oracle.rest import Committed, Rest, wait_until_nothing_is_left
from tests.oracle.witnesses import report_of

_LAST_TIMERS = 3
"""How often a timer may fire while the programs stop: such timers become rarer and rarer."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """All witnesses."""

    log: QuiescentLog
    rules: Rules
    crash_run: CrashRun
    erp: Mapping[str, Any]
    unread: Sequence[str]

    def report(self) -> Report:
        """The product's own report."""
        return report_of(self.log, self.rules, self.erp)


def start_all(mortals: Sequence[Mortal], others: ExternalPrograms, stack: ExitStack) -> None:
    """Nobody outlives the stack."""
    for program in (*(mortal.program for mortal in mortals), *others.all()):
        stack.callback(program.kill)
    for mortal in mortals:
        mortal.start()
    for program in others.all():
        program.start()


def aftermath_of(
    crash_run: CrashRun, committed: Committed, rules: Rules, others: ExternalPrograms, seconds: float
) -> Aftermath:
    """Run it, wait until everything is quiescent, and stop all programs in order."""
    crash_run.undergo(seconds)
    left = _end(crash_run, committed, rules, seconds)
    for _ in range(_LAST_TIMERS):
        if not left:
            break
        crash_run.start_again()
        left = _end(crash_run, committed, rules, seconds)
    return Aftermath(QuiescentLog(crash_run.reader, rules), rules, crash_run, others.erp_statistics(), left)


def _end(crash_run: CrashRun, committed: Committed, rules: Rules, seconds: float) -> Sequence[str]:
    """Stop all programs; returns what is left to do: a timer may fire between the last check and the last stop."""
    wait_until_nothing_is_left(Rest(crash_run.reader, committed, rules).look, crash_run.restart_killed, seconds)
    crash_run.stop()
    return Rest(crash_run.reader, committed, rules).under_way()
