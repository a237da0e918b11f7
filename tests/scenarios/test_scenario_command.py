"""`orderline scenario run`, as a person runs it."""

import signal
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from dataflows.command_line.main import main
from tests.scenarios.test_stories import STORIES
from tests.warm_start.process import WarmProcess

ROOT = STORIES.parents[1]
_HEAD = "title: A title\nsteps:\n"
_ADVANCE = _HEAD + "  - advance: 1m\n"


def _written(folder: Path, text: str) -> str:
    path = folder / "story.yaml"
    path.write_text(text)
    return str(path)


def test_a_story_that_ends_as_expected_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    path = STORIES / "last-unit.yaml"

    assert 0 == main(["scenario", "run", str(path)])
    assert f"{path}: Two customers want the last unit\n  as expected\n" == capsys.readouterr().out


def test_a_story_without_expectations_prints_its_outcome(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = (STORIES / "last-unit.yaml").read_text()
    steps = story[: story.index("  - expect:")]

    assert 0 == main(["scenario", "run", _written(tmp_path, steps)])
    assert "\n    portal:2:\n" in (printed := capsys.readouterr().out)
    assert "\n      status: BOOKED\n" in printed
    assert "as expected" not in printed


@pytest.mark.parametrize(
    ("number", "code", "words"),
    (
        ("", 0, "  as expected\n"),
        (".2", 0, "  as expected\n"),
        (".1", 1, "differs at end: orders.portal:1.status: expected CANCELLED, found CANCEL_PENDING"),
        (".3", 2, "step 5: $warehouse_command.3:portal:1: warehouses have 2 commands for this order"),
    ),
)
def test_a_command_of_an_order_is_named_by_its_number(
    number: str, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = (STORIES / "cancelled-after-release.yaml").read_text()
    path = _written(tmp_path, story.replace("$warehouse_command:", f"$warehouse_command{number}:"))

    assert code == main(["scenario", "run", path])
    assert words in "".join(capsys.readouterr())


def test_what_differs_is_named_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _written(
        tmp_path, _HEAD + "  - advance: 1m\n    \n  - expect: {exceptions: [{}]}\nexpect: {orders: {a: {}}}\n"
    )

    assert 1 == main(["scenario", "run", path])
    printed = capsys.readouterr().out
    assert "  differs at step 2: exceptions: expected 1 entry, found 0: []\n" in printed
    assert "  differs at end: orders.a: expected {}, found nothing\n" in printed


def test_the_log_of_a_story_can_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "kept"

    assert 0 == main(["scenario", "run", str(STORIES / "last-unit.yaml"), "--data", str(data)])
    assert 0 == main(["show", "order", "portal:1", "--data", str(data)])
    assert "portal:1" in capsys.readouterr().out
    assert 2 == main(["scenario", "run", str(STORIES / "last-unit.yaml"), "--data", str(data)])
    assert "holds a log already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        ("title: T\nsteps: []\n", "2:1: steps: must have at least 1 entry"),
        (_HEAD + "  - {}\n", "3:5: steps.1: a step does exactly one of"),
        (_HEAD + "  - {advance: 1m, erp_available: true}\n", "this one does advance and erp_available"),
        (_HEAD + "  - advance: soon\n", "'soon' is no duration"),
        (_HEAD + "  - advance: 0s\n", "'0s' is not between"),
        (_HEAD + "  - send: portal\n", "send and payload belong together"),
        (_HEAD + "  - {advance: 1m, key: K}\n", "only a payload that is sent has a key"),
        (
            _HEAD + "  - {crash: {at: never}}\n",
            "3:14: steps.1.crash.at: must be 'after_produce' or 'after_commit', not 'never'",
        ),
        (
            _HEAD + "  - {erp: {command: POST_SHIPMENT, business_key: S, fates: [LOST]}}\n",
            "steps.1.erp.fates.1: must be 'APPLIED', ",
        ),
        (_ADVANCE + "start: yesterday\n", "start: 'yesterday' is no time"),
        (_ADVANCE + "start: 2026-11-02T08:00:00\n", "has no time zone"),
        (_ADVANCE + "expct: {}\n", "expct: there is no such field: did you mean expect?"),
        (_HEAD + "  - {send: unknown, payload: {}}\n", "no channel file has the source_id 'unknown'"),
        (
            _HEAD + '  - {send: portal, payload: {a: ["$warehouse_command:portal:1"]}}\n',
            "warehouses have no commands for",
        ),
        (
            _HEAD + '  - {send: portal, payload: {a: "$warehouse_command.0:portal:1"}}\n',
            "write $warehouse_command:ORDER_ID or",
        ),
        (_HEAD + "  - {advance: 5}\n", "3:6: steps.1.advance: 5 is no duration"),
        (
            _HEAD + "  - {send: portal, payload: 5}\n",
            "steps.1.payload: must be a mapping of fields or a list or text, not 5",
        ),
        (
            _HEAD + "  - {crash: {at: after_commit, after: no}}\n",
            "steps.1.crash.after: must be a whole number, not 'no'",
        ),
        (
            _HEAD + "  - {answer: {comand: POST_SHIPMENT}}\n",
            "steps.1.answer.comand: there is no such field: did you mean command? (and 2 more)",
        ),
        (_HEAD + "  - {anser: {}}\n", "steps.1.anser: there is no such field: did you mean answer?"),
        (_ADVANCE + "partitions: 65\n", "partitions: must be at most 64, not 65"),
        ("steps: [{advance: 1m}]\n", "title: is required"),
        (_HEAD + "  - {answer: {command: POST_SHIPMENT, business_key: S}}\n", "no POST_SHIPMENT for 'S' was sent"),
        (_HEAD + "  - {crash: {at: after_commit, after: 9}}\n", "never reached this point"),
        (_ADVANCE + "channels: nowhere\n", "story.yaml: "),
        (_HEAD + "  - {advance: 1m}\n  - {send: unknown, payload: {}}\n", "story.yaml: step 2: send: "),
        (_HEAD + "  - {crash: {at: after_commit, after: 9}}\n", "step 1: crash: "),
        (_ADVANCE + "expect: {positons: {}}\n", "expect: 'positons' is no part of the outcome"),
        (
            _HEAD + "  - {erp: {command: POST_SHIPMENT, business_key: portal:1/S1, fates: [UNKNOWN]}}\n",
            "erp: no call came for POST_SHIPMENT portal:1/S1: compare the business keys of the outcome",
        ),
        (_HEAD + "  - {advance: 999999999999d}\n", "is not between 1 ms and ten years"),
    ),
)
def test_a_story_that_cannot_be_played_is_refused_in_one_line(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _written(tmp_path, text)

    assert 2 == main(["scenario", "run", path])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("orderline: ")
    assert reason in line


def test_an_interrupted_story_ends_in_order(tmp_path: Path) -> None:
    waits = "  - erp_available: false\n"
    order = (STORIES / "last-unit.yaml").read_text().partition("steps:\n")[2].partition("  - expect:")[0]
    path = _written(tmp_path, _HEAD + waits + order + "  - advance: 3000d\n")
    command = [sys.executable, "-m", "dataflows.command_line.main", "scenario", "run", path]

    with WarmProcess(command, cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True) as playing:
        assert playing.stdout is not None
        assert "A title" in playing.stdout.readline()
        playing.send_signal(signal.SIGINT)
        _, errors = playing.communicate(timeout=60)
    assert (130, "") == (playing.returncode, errors)


def test_one_folder_holds_one_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _written(tmp_path, _ADVANCE)

    assert 2 == main(["scenario", "run", path, path, "--data", str(tmp_path / "d")])
    assert "name one FILE" in capsys.readouterr().err
