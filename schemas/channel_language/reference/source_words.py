"""Says in words where a value of a channel file comes from, and when a condition is true."""

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel

from schemas.channel_language.expressions.conditions import Condition
from schemas.channel_language.sources import ValueOrigin

_ORIGINS: Final = {
    *("path", "header", "constant", "first", "template", "parts"),
    *("minus", "sum", "difference", "product", "largest", "total"),
}
_IN_WORDS: Final = {"case", "spaces", "epoch", "codes", "unlisted", "default", "none", "time"}
_TESTS: Final = {
    "equals": "is",
    "not_equals": "is not",
    "differs_from": "differs from",
    "begins_with": "begins with",
    "is_": "is of the kind",
    "one_of": "is one of",
    "not_one_of": "is none of",
    "above": "is above",
    "at_least": "is at least",
    "below": "is below",
    "at_most": "is at most",
}


def source_words(source: ValueOrigin) -> str:
    """Where the value comes from, what is changed of it, and what stands for it when it is missing."""
    found = _origin(source)
    changes = [f"none where it is {', '.join(map(_quoted, source.none))}"] if source.none else []
    changes += list(_others(source))
    changes += [f"written as {source.time}"] if source.time else []
    changes += [f"in {source.case} case"] if source.case else []
    changes += ["runs of blanks as one"] if source.spaces else []
    changes += [f"as {source.epoch} since 1970"] if source.epoch else []
    changes += [f"by the code list `{source.codes}`"] if source.codes else []
    changes += ["missing where that does not name it"] if source.unlisted == "missing" else []
    if source.default is not None:
        changes.append(f"else {_quoted(source.default)}")
    return ", ".join((found, *changes))


def _others(source: ValueOrigin) -> Iterator[str]:
    """What the language says besides, as the file has it: a page must not leave out what a reader then misses."""
    for name, field in type(source).model_fields.items():
        value = getattr(source, name)
        if name not in _ORIGINS | _IN_WORDS and value != field.default:
            written = value.model_dump(exclude_defaults=True) if isinstance(value, BaseModel) else value
            yield f"{name} {written}"


def _origin(source: ValueOrigin) -> str:  # noqa: PLR0911  one return an origin
    if source.path is not None:
        return f"`{source.path}`"
    if source.header is not None:
        return f"header `{source.header}`"
    if source.constant is not None:
        return _quoted(source.constant)
    if source.template is not None:
        return f"`{source.template}`"
    if source.first:
        return _joined(source.first, " or else ")
    if source.parts:
        return _joined(source.parts, " / ")
    return _computed(source)


def _computed(source: ValueOrigin) -> str:
    if source.sum:
        return _joined(source.sum, " + ")
    if source.difference:
        return _joined(source.difference, " less ")
    if source.product:
        return _joined(source.product, " times ")
    if source.largest:
        return f"the largest of {_joined(source.largest, ' and ')}"
    if source.total:
        return f"all of {' and '.join(f'`{path}`' for path in source.total)}, added up"
    return f"minus {source_words(source.minus)}" if source.minus is not None else "the value itself"


def _joined(sources: Sequence[ValueOrigin], between: str) -> str:
    return between.join(f"({words})" if "," in (words := source_words(one)) else words for one in sources)


def _quoted(text: str) -> str:
    return f"“{text}”" if text else "nothing"


def when_words(conditions: Sequence[Condition]) -> str:
    """The conditions, all of which must be true; `always` without any."""
    return " and ".join(map(_condition, conditions)) or "always"


def _condition(condition: Condition) -> str:  # noqa: PLR0911  one return a kind of condition
    if condition.every:
        return f"({' and '.join(map(_condition, condition.every))})"
    if condition.some:
        return f"({' or '.join(map(_condition, condition.some))})"
    if condition.negated is not None:
        return f"not ({_condition(condition.negated)})"
    if condition.has is not None:
        return f"an element of `{condition.list_}` has ({_condition(condition.has)})"
    value = f"`{condition.path}`" if condition.path is not None else f"header `{condition.header}`"
    if condition.exists is not None:
        return f"{value} is {'there' if condition.exists else 'not there'}"
    for name, words in _TESTS.items():
        given = getattr(condition, name)
        if given not in {None, ()}:
            texts = given if isinstance(given, tuple) else (given,)
            return f"{value} {words} {', '.join(_quoted(str(text)) for text in texts)}"
    return value
