"""Rules whose documents have the content of another rule's: `content_of` fills in what they do not say themselves."""

from collections.abc import Mapping
from typing import Any, Final

_OWN: Final = frozenset({"event", "when", "continues", "correlation_id"})
"""What a rule never takes from another one."""


def with_shared_content(content: object) -> object:
    """The content of a channel file in which every rule stands whole; what has no form is left to the models."""
    events = content.get("events") if isinstance(content, Mapping) else None
    if not isinstance(content, Mapping) or not isinstance(events, list):
        return content
    return {**content, "events": [_whole(rule, events) for rule in events]}


def _whole(rule: object, events: list[Any]) -> object:
    if not isinstance(rule, Mapping) or "content_of" not in rule:
        return rule
    named = (each for each in events if isinstance(each, Mapping) and each.get("event") == rule["content_of"])
    shared = next(named, {})
    return {**{name: value for name, value in shared.items() if name not in _OWN}, **rule}
