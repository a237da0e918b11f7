"""Plays a scenario through the real flows.

After each step the flows run until nothing is left to do, and the ERP answers what they ask. Time advances from timer
to timer, so that everything that falls due on the way happens in its order.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from connectors.erp.responses import availability_record, response_record
from connectors.log.port import Outgoing, Record
from connectors.topic_reader import records_of
from dataflows.assembly import ERP_FILES, Rules, load_rules
from dataflows.case_decisions import decision_record
from dataflows.scenarios.comparison import Difference, differences
from dataflows.scenarios.outcome import cases_about, outcome_of, warehouse_commands_about
from dataflows.scenarios.scenario_file import DecideStep, LateAnswer, ScenarioFile, ScenarioStep
from dataflows.scenarios.scripted_erp import ErpFate, ScriptedErp
from dataflows.scenarios.world import ScenarioWorld
from dataflows.views.readable import time_of
from domain.identifiers import CommandId, OrderId, SourceId
from domain.messages.dispatch import ErpAvailability, ErpCommand, ErpResponse, Outcome
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import erp_command_topic
from schemas.contracts.source_topics import source_topic

_WAREHOUSE_COMMAND: Final = re.compile(r"\$warehouse_command(?:\.(?P<number>[1-9][0-9]{0,5}))?:(?P<order_id>.+)")
_MOST_TIMERS: Final = 100_000
"""Of one `advance` step: more are a mistake of the scenario or of the flows."""


class ScenarioFailed(ValueError):
    """A step that cannot be played; the message is one line."""


class ScenarioPlayer:
    """One scenario on one data folder: `play` once, then `close`. Relative folders are relative to `base_folder`."""

    def __init__(
        self, scenario: ScenarioFile, base_folder: Path, data: Path, interrupted: Callable[[], bool] = lambda: False
    ) -> None:
        self._scenario = scenario
        rules = _rules_of(scenario, base_folder)
        self._world = ScenarioWorld(data, rules, scenario.partitions, scenario.start, interrupted)
        self._codec = Codec(load_contracts())
        self._erp = ScriptedErp()
        self._commands: list[tuple[Record, ErpCommand]] = []
        self._decisions = 0
        self._read_until: dict[tuple[str, int], int] = {}

    def play(self) -> Sequence[Difference]:
        """Play every step; what differs from the expectations of the steps, and in the end."""
        found: list[Difference] = []
        self._settle()
        for number, step in enumerate(self._scenario.steps, start=1):
            try:
                self._take(step)
            except ScenarioFailed as reason:
                raise ScenarioFailed(f"step {number}: {reason}") from None
            self._settle()
            if step.expect is not None:
                found.extend(differences(step.expect, self.outcome(), f"step {number}"))
        if self._world.crash_point.is_armed:
            crashes = [number for number, step in enumerate(self._scenario.steps, start=1) if step.crash is not None]
            raise ScenarioFailed(f"step {crashes[-1]}: crash: the flows never reached this point")
        if unheard := self._erp.unheard():
            named = ", ".join(f"{command_type} {key}" for command_type, key in unheard)
            raise ScenarioFailed(f"erp: no call came for {named}: compare the business keys of the outcome")
        return (*found, *differences(self._scenario.expect, self.outcome(), "end"))

    def outcome(self) -> Mapping[str, Any]:
        """The state of everything now, as docs/reference/scenarios.md describes it."""
        return outcome_of(self._world.read(), self._erp.attempts)

    def close(self) -> None:
        """Close the log."""
        self._world.close()

    def _take(self, step: ScenarioStep) -> None:
        if step.send is not None:
            self._send(step.send, step)
        elif step.advance is not None:
            self._advance(self._world.now_ms + step.advance)
        elif step.crash is not None:
            self._world.crash_point.arm(step.crash.at, step.crash.after)
        elif step.erp is not None:
            self._erp.script(step.erp.command, step.erp.business_key, step.erp.fates, step.erp.reason)
        elif step.erp_has is not None:
            self._erp.keep(step.erp_has.command, step.erp_has.business_key, step.erp_has.document_number)
        elif step.answer is not None:
            self._answer(step.answer)
        elif step.erp_available is not None:
            self._report(available=step.erp_available)
        elif step.decide is not None:
            self._decide(step.decide)

    def _decide(self, step: DecideStep) -> None:
        cases = cases_about(self._world.read(), step.case_class, step.subject)
        if not cases:
            raise ScenarioFailed(f"decide: no case {step.case_class} about {step.subject!r} was raised")
        self._decisions += 1
        decision_id = step.decision_id or f"decision {self._decisions}"
        decided_at = time_of(self._world.now_ms * 1_000)
        self._world.write([decision_record(cases[-1], step.decision, step.who, step.why, decision_id, decided_at)])

    def _send(self, source_id: str, step: ScenarioStep) -> None:
        topic = source_topic(SourceId(source_id))
        if topic not in self._world.rules.channels:
            raise ScenarioFailed(f"send: no channel file has the source_id {source_id!r}")
        payload = self._filled_in(step.payload)
        value = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        headers = tuple((name, text.encode()) for name, text in step.headers.items())
        self._world.write([Outgoing(topic, step.key, value.encode(), headers)])

    def _filled_in(self, payload: Any) -> Any:  # noqa: ANN401 - any JSON
        """The payload with each `$warehouse_command:ORDER_ID` replaced by the id of a command about that order."""
        match payload:
            case dict():
                return {name: self._filled_in(value) for name, value in payload.items()}
            case list():
                return [self._filled_in(value) for value in payload]
            case str() if payload.startswith("$warehouse_command"):
                return self._warehouse_command(payload)
        return payload

    def _warehouse_command(self, text: str) -> CommandId:
        """The command that a text names: by its number among those about the order, or the last one."""
        found = _WAREHOUSE_COMMAND.fullmatch(text)
        if found is None:
            raise ScenarioFailed(f"{text}: write $warehouse_command:ORDER_ID or $warehouse_command.NUMBER:ORDER_ID")
        commands = warehouse_commands_about(self._world.read(), OrderId(found["order_id"]))
        number = int(found["number"] or len(commands) or 1)
        if number > len(commands):
            count = f"{len(commands) or 'no'} command{'s' * (len(commands) != 1)}"
            raise ScenarioFailed(f"{text}: warehouses have {count} for this order")
        return commands[number - 1]

    def _answer(self, answer: LateAnswer) -> None:
        key = (answer.command, answer.business_key)
        sent = [(record, each) for record, each in self._commands if (each.command_type, each.business_key) == key]
        if not sent:
            raise ScenarioFailed(f"answer: no {answer.command} for {answer.business_key!r} was sent")
        if answer.fate in {ErpFate.SILENT, ErpFate.ANSWER_LOST}:
            raise ScenarioFailed(f"answer: {answer.fate} is no answer")
        record, command = sent[-1]
        outcome = Outcome(answer.fate.value)
        self._respond(record, self._erp.late_response(command, outcome, answer.document_number, answer.reason))

    def _report(self, *, available: bool) -> None:
        self._erp.available = available
        reports = (ErpAvailability(erp_id, available, "") for erp_id in self._world.rules.erps)
        self._world.write([availability_record(self._codec, report, self._world.now_ms) for report in reports])

    def _advance(self, until_ms: int) -> None:
        world = self._world
        for _ in range(_MOST_TIMERS):
            due_ms = world.next_timer_ms()
            if due_ms is None or due_ms > until_ms:
                world.now_ms = until_ms
                return
            world.now_ms = max(world.now_ms, due_ms)
            self._settle()
        raise ScenarioFailed(f"advance: more than {_MOST_TIMERS} timers fell due on the way")

    def _settle(self) -> None:
        self._world.run()
        while commands := self._new_commands():
            for record in commands:
                self._execute(record)
            self._world.run()

    def _new_commands(self) -> Sequence[Record]:
        reader = self._world.read()
        found: list[Record] = []
        for erp_id in self._world.rules.erps:
            for place, end in reader.ends(erp_command_topic(erp_id)).items():
                found.extend(records_of(reader, *place, self._read_until.get(place, 0)))
                self._read_until[place] = end
        return found

    def _execute(self, record: Record) -> None:
        command = self._codec.decode(record.topic, record.value or b"")
        if not isinstance(command, ErpCommand):
            raise TypeError(f"{type(command).__name__} in {record.topic}")
        self._commands.append((record, command))
        response = self._erp.execute(command)
        if response is not None:
            self._respond(record, response)

    def _respond(self, record: Record, response: ErpResponse) -> None:
        self._world.write([response_record(self._codec, response, record, self._world.now_ms)])


def _rules_of(scenario: ScenarioFile, base_folder: Path) -> Rules:
    channels = base_folder / scenario.channels if scenario.channels else None
    partners = base_folder / scenario.partners if scenario.partners else None
    erps = base_folder / scenario.erps if scenario.erps else ERP_FILES
    return _rules_in(channels, erps, partners)


@cache
def _rules_in(channels: Path | None, erps: Path, partners: Path | None) -> Rules:
    """All scenarios of a process are played with the files as they are at the first one."""
    return load_rules(channels, erps, partner_folder=partners)
