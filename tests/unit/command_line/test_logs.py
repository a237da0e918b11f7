"""One event a line, whose it is and when; a bug is one event too."""

import json
import logging
import re
import sys
import threading

import pytest

from dataflows.logs import log_as, logging_words, start_logging
from dataflows.settings import LogFormat, LoggingSettings, LogLevel

pytestmark = pytest.mark.usefixtures("logging_restored")

LOGGER = logging.getLogger("tests.logs")
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def start(level: LogLevel = LogLevel.INFO, form: LogFormat = LogFormat.TEXT) -> None:
    start_logging(LoggingSettings(level, form))


def bug() -> None:
    raise RuntimeError("the books\ndo not balance")


def end_with(raised: type[BaseException], capsys: pytest.CaptureFixture[str]) -> str:
    """What is written when an exception ends the process."""
    try:
        bug() if raised is RuntimeError else (_ for _ in ()).throw(raised)
    except BaseException as error:  # noqa: BLE001 - as the interpreter would
        sys.excepthook(type(error), error, error.__traceback__)
    return capsys.readouterr().err


def test_a_line_says_when_how_grave_and_whose_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    start()
    log_as("orders", 2)
    LOGGER.warning("no broker answers (%s)", "timed out")

    assert re.fullmatch(rf"{TIME} WARNING orders/2 no broker answers \(timed out\)\n", capsys.readouterr().err)


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    start(LogLevel.WARNING)
    LOGGER.info("a source is held back")

    assert "" == capsys.readouterr().err


def test_starting_again_does_not_write_twice(capsys: pytest.CaptureFixture[str]) -> None:
    start()
    start()
    LOGGER.info("once")

    assert 1 == len(capsys.readouterr().err.splitlines())


@pytest.mark.parametrize("form", LogFormat)
def test_a_message_of_several_lines_is_one_line(capsys: pytest.CaptureFixture[str], form: LogFormat) -> None:
    start(form=form)
    LOGGER.warning("first\nsecond\r\n\nthird")

    (line,) = capsys.readouterr().err.splitlines()
    assert "first | second | third" in line


def test_json_has_a_field_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    start(form=LogFormat.JSON)
    log_as("intake", 1)
    LOGGER.error('"quoted" and \x1b[31mred')

    event = json.loads(capsys.readouterr().err)
    assert re.fullmatch(TIME, event.pop("time"))
    assert {
        "level": "ERROR",
        "flow": "intake",
        "replica": 1,
        "logger": "tests.logs",
        "message": '"quoted" and \x1b[31mred',
    } == event


def test_a_bug_that_ends_the_process_is_one_line_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start()

    (line,) = end_with(RuntimeError, capsys).splitlines()
    assert "CRITICAL -/0 a bug ends this process: RuntimeError: the books | do not balance | Traceback" in line
    assert "in bug" in line


def test_a_bug_is_one_object_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    start(form=LogFormat.JSON)

    event = json.loads(end_with(RuntimeError, capsys))
    assert "a bug ends this process: RuntimeError: the books | do not balance" == event["message"]
    assert event["traceback"].startswith("Traceback (most recent call last):\n")


def test_ctrl_c_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    start()

    assert "" == end_with(KeyboardInterrupt, capsys)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_a_thread_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    start()
    thread = threading.Thread(target=bug, name="reader")
    thread.start()
    thread.join()

    (line,) = capsys.readouterr().err.splitlines()
    assert "CRITICAL -/0 a bug ends the thread reader: the books | do not balance | Traceback" in line


def test_children_log_like_their_parent() -> None:
    start(LogLevel.DEBUG, LogFormat.JSON)

    assert ["--log-level", "debug", "--log-format", "json"] == logging_words()
