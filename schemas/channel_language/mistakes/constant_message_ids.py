"""Finds message ids that say nothing of their document: of each order one message counts, and the rest are repeats.

A file may be tried with such an id before its source has a better one; so this is a warning, and no mistake.
"""

from collections.abc import Iterator

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.fields import headers_read, named_paths, placed_sources
from schemas.channel_language.mistakes.mistake import Mistake
from schemas.channel_language.rule import Rule
from schemas.channel_language.sources import ValueOrigin

_REASON = (
    "is one text for all documents, so that each later message about the same thing is taken for a repeat of the first,"
    " or conflicts with it: name what is different in each message"
)


def constant_message_ids(channel: ChannelFile) -> Iterator[Mistake]:
    """A warning for each of them: of the file where a rule uses it, and of a rule."""
    rules = [(number, rule) for number, rule in enumerate(channel.events) if isinstance(rule, Rule)]
    if _is_constant(channel.correlation_id) and any(rule.correlation_id is None for _, rule in rules):
        yield Mistake(("correlation_id",), _REASON)
    for number, rule in rules:
        if rule.correlation_id is not None and _is_constant(rule.correlation_id):
            yield Mistake(("events", number, "correlation_id"), _REASON)


def _is_constant(source: ValueOrigin) -> bool:
    return not _reads_something(source) and not any(_reads_something(one) for _, one in placed_sources(source))


def _reads_something(source: ValueOrigin) -> bool:
    """Of the document, of its headers, or the position of an element."""
    return bool(source.path or source.template or any(named_paths(source)) or any(headers_read(source)))
