"""Options of `orderline produce` that belong to a file or to one feed; elsewhere they do nothing and are refused."""

import argparse
from collections.abc import Mapping, Sequence

from connectors.log.port import LogFailed
from dataflows.command_line.options.extensions import RecordFeed

_OF_A_FILE = ("file", "key")


def require_used(topic: str, given: Mapping[str, object], feeds: Mapping[str, RecordFeed]) -> None:
    """Raise `LogFailed` for an option that the topic or feed does not use; `given`: the values of all options by name.

    An option that is given with its default value changes nothing, and is not noticed.
    """
    chosen = feeds.get(topic)
    used = {action.dest for action in _options_of(chosen)} if chosen else set(_OF_A_FILE)
    for name in _OF_A_FILE if chosen else ():
        if given[name] is not None:
            raise LogFailed(f"--{name} has no effect on the feed {topic}: leave it out")
    for feed_name, feed in feeds.items():
        for action in _options_of(feed):
            if action.dest not in used and given[action.dest] != action.default:
                raise LogFailed(f"{action.option_strings[0]} is an option of `produce {feed_name}`: leave it out")


def _options_of(feed: RecordFeed) -> Sequence[argparse.Action]:
    parser = argparse.ArgumentParser(add_help=False)
    feed.add_options(parser)
    return parser._actions  # noqa: SLF001 - argparse shows its declarations nowhere else
