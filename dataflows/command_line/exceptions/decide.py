"""`orderline exceptions resolve|dismiss|retry|reverse`: decisions go to `source.operations.v1`, which intake reads."""

import sys
from contextlib import closing
from typing import Final
from uuid import uuid4

from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed, Rewound
from dataflows.case_decisions import OPERATIONS, Decision, decision_record
from dataflows.command_line.where import open_external
from dataflows.logs import write_refusal
from dataflows.settings import LogSettings
from dataflows.views.exception_cases import OPEN_STATES, SHORT_ID
from dataflows.views.readable import time_of
from domain.messages.cases import ExceptionRaised

_WRITER: Final = "exceptions"


def decide(log: LogSettings, case: ExceptionRaised, decision: Decision, who: str, why: str) -> int:
    """Send it; 1 when the case has ended already, unless what was done for it is taken back: it is RESOLVED by then.

    The flow that keeps the case has the last word: what it refuses is in the story of the case.
    """
    if not (who.strip() and why.strip()):
        raise LogFailed("--who and --why must say something: people read them in the story of the case")
    if decision is not Decision.REVERSE and case.state not in OPEN_STATES:
        write_refusal(f"the case {case.case_id} is {case.state} already")
        return 1
    record = decision_record(case, decision, who, why, str(uuid4()), time_of(wall_clock_ms() * 1_000))
    with closing(open_external(log, _WRITER, (), (OPERATIONS,))) as member:
        try:
            member.send([record])
            member.commit({}, {})
        except Rewound as reason:
            raise LogFailed(f"the broker did not take it ({reason}): run the same command again") from reason
    short = case.case_id[:SHORT_ID]
    sys.stdout.write(f"sent; once the flows have read it: orderline exceptions show {short} {log.name()}\n")
    sys.stdout.flush()
    return 0
