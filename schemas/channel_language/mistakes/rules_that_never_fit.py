"""Finds rules that no document reaches: an earlier one fits all of theirs, or their own conditions exclude each other.

Only what the conditions say for certain is found: equal tests, texts that are among other texts, and what follows from
a value being there. A rule that is not found may be out of reach all the same.
"""

from collections.abc import Iterator, Sequence

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.expressions.conditions import Condition
from schemas.channel_language.mistakes.mistake import Mistake
from schemas.channel_language.rule import Rule
from schemas.channel_language.rules import EventRule, MappingRule
from schemas.channel_language.without_events import PassedOverRule, RefusedRule


def rules_that_never_fit(channel: ChannelFile) -> Iterator[Mistake]:
    """A mistake for each of them."""
    for number, rule in enumerate(channel.events):
        when = tuple(_required(rule.when))
        if contradiction := _contradiction(when):
            yield Mistake(("events", number, "when"), f"can never be true: {contradiction}")
        for earlier, other in enumerate(channel.events[:number]):
            if not _continues(other) and all(_follows(condition, when) for condition in other.when):
                yield Mistake(
                    ("events", number),
                    f"can never fit: rule {earlier + 1} ({other.event}) comes first, and fits every document that"
                    f" this one ({rule.event}) fits. Put this one before it, or say more in the `when` of rule"
                    f" {earlier + 1}",
                )
                break


def rules_taken_for_repeats(channel: ChannelFile) -> Iterator[Mistake]:
    """A mistake for each rule whose message could be taken for that of another one of the same document."""
    for number, rule in enumerate(channel.events):
        for earlier, other in enumerate(channel.events[:number]):
            if not isinstance(rule, PassedOverRule | RefusedRule) and _is_taken_for_a_repeat(rule, other):
                yield Mistake(
                    ("events", number),
                    f"could be a second {rule.event} of one document, behind rule {earlier + 1}, which continues: it"
                    " would be taken for a repeat of the first",
                )


def _is_taken_for_a_repeat(rule: MappingRule, other: EventRule) -> bool:
    """Rules with message ids of their own make two messages."""
    if isinstance(other, PassedOverRule | RefusedRule) or not _continues(other):
        return False
    return rule.event == other.event and rule.correlation_id == other.correlation_id


def _continues(rule: EventRule) -> bool:
    return isinstance(rule, Rule) and rule.continues


def _required(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """The conditions that are all true when these are: `all` is taken apart."""
    for condition in conditions:
        if condition.every:
            yield from _required(condition.every)
        else:
            yield condition


def _follows(condition: Condition, when: tuple[Condition, ...]) -> bool:
    """Whether a condition is true of every document of which all of `when` are true."""
    if condition.every:
        return all(_follows(one, when) for one in condition.every)
    if condition.some:
        return any(_follows(one, when) for one in condition.some) or condition in when
    return any(_implies(known, condition) for known in when)


def _implies(known: Condition, asked: Condition) -> bool:
    if known == asked:
        return True
    if known.joined or asked.joined or not _ask_the_same(known, asked):
        return False
    accepted = frozenset(_texts(known))
    if asked.exists:
        return bool(accepted) or _compares(known)
    if not accepted:
        return False
    if wanted := _texts(asked):
        return accepted <= frozenset(wanted)
    unwanted = (asked.not_equals,) if asked.not_equals is not None else asked.not_one_of
    return bool(unwanted) and accepted.isdisjoint(unwanted)


def _contradiction(when: Sequence[Condition]) -> str:
    """Two tests of one value of which only one can be true; empty where there are none."""
    tests = [one for one in when if not one.joined]
    for number, first in enumerate(tests):
        for second in tests[:number]:
            if _ask_the_same(first, second) and _exclude(first, second):
                return f"{first.header or first.path} cannot be both what the one test asks for and what the other does"
    return ""


def _exclude(first: Condition, second: Condition) -> bool:
    texts, others = _texts(first), _texts(second)
    if texts and others:
        return frozenset(texts).isdisjoint(others)
    return any(
        one.exists is False and (_texts(other) or other.exists or _compares(other))
        for one, other in (
            (first, second),
            (second, first),
        )
    )


def _ask_the_same(first: Condition, second: Condition) -> bool:
    header, other = (first.header or "").lower(), (second.header or "").lower()
    return (first.path, header) == (second.path, other)


def _texts(condition: Condition) -> tuple[str, ...]:
    """Those for which it is true; none where it asks for something else."""
    return condition.accepted if condition.equals is not None or condition.one_of else ()


def _compares(condition: Condition) -> bool:
    bounds = (condition.above, condition.at_least, condition.below, condition.at_most)
    return any(bound is not None for bound in bounds)
