"""The log of a process: one event a line on standard error, as text or as JSON.

Text: `2026-11-28T20:03:10.123Z WARNING orders/0 message`; a traceback of a bug follows the message on the same line.
JSON: an object with `time`, `level`, `flow`, `replica`, `logger`, `message`, and `traceback` where there is one.

A refusal (exit codes 2 and 75, or 1 where nothing was found) is the answer to the person who typed the command: one
line `orderline: ...`. With `--log-format json` a program reads it, so it is an object too, with the logger `orderline`,
also when the arguments themselves are wrong.
See docs/adr/0020-the-log-is-one-event-a-line.md.
"""

import logging
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final

import msgspec

from dataflows.settings import LogFormat, LoggingSettings

_LOGGER: Final = logging.getLogger(__name__)
REFUSALS: Final = "orderline"
"""Begins the line of a refusal in text, and is its logger in JSON."""
_NO_FLOW: Final = "-"
_BETWEEN_LINES: Final = " | "


class _LogEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One event as a JSON object."""

    time: str
    level: str
    flow: str
    replica: int
    logger: str
    message: str
    traceback: str | None = None


class _EventLines(logging.Formatter):
    """Formats an event as one line, under the flow and replica that `log_as` names."""

    def __init__(self, form: LogFormat) -> None:
        super().__init__()
        self._form = form
        self.flow = _NO_FLOW
        self.replica = 0

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break."""
        traceback = self.formatException(record.exc_info) if record.exc_info else None
        at, message = _time_of(record), _in_one_line(record.getMessage())
        if self._form is LogFormat.JSON:
            event = _LogEvent(at, record.levelname, self.flow, self.replica, record.name, message, traceback)
            return msgspec.json.encode(event).decode()
        behind = "" if traceback is None else f"{_BETWEEN_LINES}{_in_one_line(traceback)}"
        return f"{at} {record.levelname} {self.flow}/{self.replica} {message}{behind}"


class _StandardError(logging.Handler):
    """Writes each event in one call, to the current `sys.stderr`."""

    def __init__(self, settings: LoggingSettings) -> None:
        super().__init__()
        self.settings = settings
        self.lines = _EventLines(settings.form)
        self.setFormatter(self.lines)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the event; a closed pipe or a full disk loses it, because the work matters more than its log."""
        with suppress(OSError, ValueError):
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()


def start_logging(settings: LoggingSettings) -> None:
    """Configure logging for this process, bugs that end it included."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _StandardError)]:
        root.removeHandler(handler)
    root.addHandler(_StandardError(settings))
    root.setLevel(settings.level.name)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its failures are reported by the code that made the request
    sys.excepthook = _log_bug
    threading.excepthook = _log_bug_of_thread


def log_as(flow: str, replica: int = 0) -> None:
    """Set the flow or program, and its replica, that the events carry."""
    for handler in _handlers():
        handler.lines.flow, handler.lines.replica = flow, replica


def write_refusal(text: str) -> None:
    """Write the last line of a command that was refused; a full disk loses it, and the exit code remains."""
    if any(handler.settings.form is LogFormat.JSON for handler in _handlers()):
        logging.getLogger(REFUSALS).error(text)
        return
    with suppress(OSError):
        sys.stderr.write(f"{REFUSALS}: {text}\n")


def refusal_in(line: str) -> str | None:
    """The text of a line that `write_refusal` wrote; None for any other line."""
    if line.startswith(f"{REFUSALS}: "):
        return line.removeprefix(f"{REFUSALS}: ").strip()
    with suppress(msgspec.DecodeError, msgspec.ValidationError):
        event = msgspec.json.decode(line, type=_LogEvent)
        return event.message if event.logger == REFUSALS else None
    return None


def logging_words() -> list[str]:
    """The options that make a child process log like this one."""
    return [word for handler in _handlers() for word in handler.settings.words()]


def _handlers() -> list[_StandardError]:
    return [each for each in logging.getLogger().handlers if isinstance(each, _StandardError)]


def _log_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _LOGGER.critical("a bug ends this process: %s: %s", kind.__name__, error, exc_info=(kind, error, trace))


def _log_bug_of_thread(failed: threading.ExceptHookArgs) -> None:
    thread = "a thread" if failed.thread is None else failed.thread.name
    error = failed.exc_value or failed.exc_type()
    _LOGGER.critical(
        "a bug ends the thread %s: %s", thread, error, exc_info=(failed.exc_type, error, failed.exc_traceback)
    )


def _in_one_line(text: str) -> str:
    return _BETWEEN_LINES.join(line for line in text.splitlines() if line.strip())


def _time_of(record: logging.LogRecord) -> str:
    seconds, milliseconds = divmod(int(record.created * 1_000), 1_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{milliseconds:03}Z"
