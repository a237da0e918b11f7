"""What an ordeal leaves behind, at rest and with nobody running, for the oracles to judge."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from dataflows.assembly import Rules
from dataflows.report.report import Report
from tests.oracle.beside import Beside
from tests.oracle.log_at_rest import LogAtRest
from tests.oracle.ordeal import Ordeal
from tests.oracle.programs import Mortal
from tests.oracle.rest import Committed, Rest, Unread, wait_until_nothing_is_left
from tests.oracle.witnesses import report_of


@dataclass(frozen=True, slots=True)
class Aftermath:
    """All witnesses."""

    log: LogAtRest
    rules: Rules
    ordeal: Ordeal
    erp: Mapping[str, Any]
    unread: Sequence[str]

    def report(self) -> Report:
        """The product's own report."""
        return report_of(self.log, self.rules, self.erp)


def start_all(mortals: Sequence[Mortal], others: Beside, stack: ExitStack) -> None:
    """Nobody outlives the stack."""
    for program in (*(mortal.program for mortal in mortals), *others.all()):
        stack.callback(program.kill)
    for mortal in mortals:
        mortal.start()
    for program in others.all():
        program.start()


def aftermath_of(ordeal: Ordeal, committed: Committed, rules: Rules, others: Beside, seconds: float) -> Aftermath:
    """Undergo it, wait for rest, end everybody in good order."""
    ordeal.undergo(seconds)
    wait_until_nothing_is_left(Rest(ordeal.reader, committed, rules).look, ordeal.look, seconds)
    for program in (*(mortal.program for mortal in ordeal.mortals), *others.all()):
        program.stop()
    ordeal.reader.refresh()
    left = Unread(ordeal.reader, committed, rules).found()
    return Aftermath(LogAtRest(ordeal.reader, rules), rules, ordeal, others.erp_statistics(), left)
