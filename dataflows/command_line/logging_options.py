"""The options `--log-level` and `--log-format`, which every command takes."""

import argparse

from dataflows.settings import LogFormat, LoggingSettings, LogLevel


def add_logging(parser: argparse.ArgumentParser) -> None:
    """Declare both."""
    levels, forms = (tuple(each.value for each in kind) for kind in (LogLevel, LogFormat))
    group = parser.add_argument_group("log, on standard error")
    group.add_argument(
        "--log-level",
        choices=levels,
        default=LogLevel.WARNING.value,
        metavar="LEVEL",
        help=f"{', '.join(levels)} (default %(default)s)",
    )
    group.add_argument(
        "--log-format",
        choices=forms,
        default=LogFormat.TEXT.value,
        metavar="FORMAT",
        help="text, or json: one object a line, for a collector (default %(default)s)",
    )


def logging_of(arguments: argparse.Namespace) -> LoggingSettings:
    """What both say."""
    return LoggingSettings(LogLevel(arguments.log_level), LogFormat(arguments.log_format))
