"""Options that have an effect on one of the two logs only: their group says on which, and on the other it is an error.

An option that is accepted and does nothing hides a mistake: `--accept-loss` on an embedded log promises what cannot be
done there.
"""

import argparse
from collections.abc import Collection, Iterator
from typing import Final

ON_KAFKA: Final = "on Kafka"
ON_AN_EMBEDDED_LOG: Final = "on an embedded log"

_NAMED_BY: Final = {ON_KAFKA: "--bootstrap HOST:PORT", ON_AN_EMBEDDED_LOG: "--data DIR"}


def options_for(parser: argparse.ArgumentParser, log: str) -> "argparse._ArgumentGroup":
    """The group of the options that have an effect `ON_KAFKA` or `ON_AN_EMBEDDED_LOG` only."""
    group = next((each for each in parser._action_groups if each.title == log), None)  # noqa: SLF001 - argparse has no other way
    return group or parser.add_argument_group(log)


def without_effect(parser: argparse.ArgumentParser, given: Collection[str], *, is_kafka: bool) -> Iterator[str]:
    """Why options of the other log are refused, among those that were given."""
    other = ON_AN_EMBEDDED_LOG if is_kafka else ON_KAFKA
    for action in options_for(parser, other)._group_actions:  # noqa: SLF001 - argparse has no other way
        for option in action.option_strings:
            if option in given:
                yield f"{option} has an effect {other} only: add {_NAMED_BY[other]}, or leave it out"
