"""`orderline exceptions`: the cases that wait for people, the story of one, and what somebody decides about it."""

import argparse
import json
import re
import sys
from contextlib import closing
from datetime import timedelta
from shutil import get_terminal_size
from typing import Final

from connectors.log.clock import wall_clock_ms
from connectors.log.port import LogFailed
from connectors.topic_reader import TopicReader
from dataflows.case_decisions import Decision
from dataflows.command_line.exceptions.decide import decide
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.views.dead_letters import count_of
from dataflows.views.exception_cases import (
    OPEN_STATES,
    CaseFilter,
    case_as_json,
    case_ids_from,
    case_now,
    cases_now,
    lines_of,
    list_of,
    story_as_json,
    story_of,
)
from domain.messages.cases import CaseClass, CaseState, ExceptionRaised

_AGE: Final = re.compile(r"(\d{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_UNBROKEN: Final = 100_000
"""Columns when standard output is not a terminal: wide enough that nothing is cut."""
_MOST_NAMED: Final = 4


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline exceptions` and its six actions."""
    parser = commands.add_parser(
        "exceptions",
        help="list exception cases, show one, and decide about it",
        description="What needs a person: the cases of exceptions.state.v1, the most pressing first.",
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    _add_list(actions)
    _add_show(actions)
    for decision, words in (
        (Decision.RESOLVE, "close a case: what was to be done is done"),
        (Decision.DISMISS, "close a case: nothing is to be done about it"),
        (Decision.RETRY, "have what failed done again, now that its cause is mended; adjust the stock to a snapshot"),
        (Decision.REVERSE, "take back what was adjusted for a case, and open it again"),
    ):
        _add_decision(actions, decision, words)


def _add_list(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("list", help="list cases, the highest score first")
    add_where(parser)
    parser.add_argument(
        "--class", dest="case_class", choices=tuple(CaseClass), metavar="CLASS", default="", help="only this class"
    )
    parser.add_argument("--owner", metavar="TEAM", default="", help="only cases of this team")
    parser.add_argument(
        "--state",
        action="append",
        choices=tuple(CaseState),
        metavar="STATE",
        help="only this state; may be repeated (default: OPEN and RETRYING)",
    )
    parser.add_argument("--order", metavar="ORDER_ID", default="", help="only cases about this order")
    parser.add_argument(
        "--older-than", type=_age_ms, metavar="AGE", help="only cases first seen longer ago: 30m, 12h, 7d"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.set_defaults(run=run_list)


def _add_show(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = actions.add_parser("show", help="show one case in full, and its story with the way back to each input")
    _add_case(parser)
    add_where(parser)
    parser.add_argument("--json", action="store_true", help="print the case and its story as one JSON object")
    parser.set_defaults(run=run_show)


def _add_decision(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", decision: Decision, words: str
) -> None:
    parser = actions.add_parser(decision.value, help=words)
    _add_case(parser)
    add_where(parser)
    add_application(parser)
    parser.add_argument("--who", required=True, metavar="NAME", help="who decides")
    parser.add_argument("--why", required=True, metavar="TEXT", help="for those who read the case later")
    parser.set_defaults(run=lambda arguments: run_decision(arguments, decision))


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="the case's id, or its first letters")


def _age_ms(text: str) -> int:
    found = _AGE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no age: write for instance 30m, 12h or 7d")
    return int(timedelta(**{_UNITS[found[2]]: int(found[1])}).total_seconds() * 1_000)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the cases that pass the filter."""
    now_ms = wall_clock_ms()
    wanted = CaseFilter(
        states=frozenset(map(CaseState, arguments.state)) if arguments.state else OPEN_STATES,
        case_class=arguments.case_class,
        owner=arguments.owner,
        order_id=arguments.order,
        seen_before_ms=None if arguments.older_than is None else now_ms - arguments.older_than,
    )
    with closing(log_of(arguments).open_reader()) as reader:
        cases = cases_now(reader, wanted)
    if arguments.json:
        sys.stdout.writelines(f"{json.dumps(case_as_json(case))}\n" for case in cases)
    else:
        width = get_terminal_size().columns if sys.stdout.isatty() else _UNBROKEN
        if cases:
            sys.stdout.writelines(f"{line}\n" for line in list_of(cases, now_ms, width))
        sys.stdout.write(f"{count_of(len(cases), 'case')}\n")
    sys.stdout.flush()
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print one case and its story."""
    with closing(log_of(arguments).open_reader()) as reader:
        case_id = _the_case(reader, arguments.case)
        story = story_of(reader, case_id)
        changes = [each.said for each in story if isinstance(each.said, ExceptionRaised)]
        case = case_now(reader, case_id) or (changes[-1] if changes else None)
    if case is None:
        raise LogFailed(f"the case {case_id} is named by a decision that was refused, and nothing else is known of it")
    if arguments.json:
        sys.stdout.write(json.dumps(story_as_json(case, story), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines_of(case, story))
    sys.stdout.flush()
    return 0


def run_decision(arguments: argparse.Namespace, decision: Decision) -> int:
    """Send what a person decides about a case; 1 when it has ended already."""
    log = log_of(arguments)
    with closing(log.open_reader()) as reader:
        case_id = _the_case(reader, arguments.case)
        case = case_now(reader, case_id)
    if case is None or not case.home:
        raise LogFailed(f"nobody keeps the case {case_id} any more: nothing can be decided about it")
    return decide(log, case, decision, arguments.who, arguments.why)


def _the_case(reader: TopicReader, beginning: str) -> str:
    """The only case whose id begins so; `LogFailed` when there is none, or more."""
    found = case_ids_from(reader, beginning)
    if len(found) == 1:
        return found[0]
    if not found:
        raise LogFailed(f"there is no case {beginning!r} in this log: see `orderline exceptions list`")
    more = f" and {len(found) - _MOST_NAMED} more" * (len(found) > _MOST_NAMED)
    raise LogFailed(f"{beginning!r} begins several cases: {', '.join(found[:_MOST_NAMED])}{more}; write more letters")
