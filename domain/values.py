"""Frozen values that are built hundreds of times an order, at the cost of values that may change.

A frozen dataclass looks each of its slots up by name when it is built, and all of its fields again when it is
replaced: that was a fifth of what an order costs (docs/performance.md). Here both are written out once a class. What
is replaced most is a named tuple.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache, wraps
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

Value = TypeVar("Value")

if TYPE_CHECKING:
    from dataclasses import replace
else:

    def replace(value: Value, /, **changes: object) -> Value:
        """As `dataclasses.replace`, whose types a checker knows."""
        shape = _shape_of(type(value))
        content = list(shape.read(value))
        for name, changed in changes.items():
            if name not in shape.places:
                raise TypeError(f"{type(value).__name__} has no field {name!r}")
            content[shape.places[name]] = changed
        return type(value)(*content)


__all__ = ["quickly_built", "quickly_replaced", "replace"]


def quickly_built(made: type[Value]) -> type[Value]:
    """Over `@dataclass(frozen=True, slots=True)`: the same class, whose `__init__` fills its slots without a look-up.

    Only for classes whose fields are plain: each in `__init__`, none with a `default_factory`, and no `__post_init__`.
    """
    _require_plain(made)
    names: dict[str, object] = {}
    parameters, lines = [], []
    for each in fields(made):  # type: ignore[arg-type]  # a dataclass, by the check above
        names[f"fill_{each.name}"] = getattr(made, each.name).__set__
        names[f"default_{each.name}"] = each.default
        parameters.append(each.name if each.default is MISSING else f"{each.name}=default_{each.name}")
        lines.append(f"    fill_{each.name}(self, {each.name})\n")
    exec(f"def __init__(self, {', '.join(parameters)}):\n{''.join(lines)}", names)  # noqa: S102 - made of field names
    type.__setattr__(made, "__init__", wraps(made.__init__)(names["__init__"]))  # type: ignore[arg-type]
    return made


def quickly_replaced(made: type[Value]) -> type[Value]:
    """Over a `NamedTuple`: the same class, whose `_replace` takes half the time."""
    places = {name: place for place, name in enumerate(made._fields)}  # type: ignore[attr-defined]  # a named tuple
    new: Callable[[type[Value], list[object]], Value] = tuple.__new__  # type: ignore[assignment]

    def _replace(self: Any, /, **changes: object) -> Any:  # noqa: ANN401 - types are those of the class
        content = list(self)
        try:
            for name, changed in changes.items():
                content[places[name]] = changed
        except KeyError as unknown:
            raise ValueError(f"{made.__name__} has no field {unknown}") from None
        return new(made, content)

    made._replace = _replace  # type: ignore[attr-defined]
    return made


def _require_plain(made: type) -> None:
    found = fields(made)
    is_plain = all(each.init and not each.kw_only and each.default_factory is MISSING for each in found)
    if not found or not is_plain or hasattr(made, "__post_init__") or not hasattr(made, "__slots__"):
        raise TypeError(f"{made.__name__} is no dataclass with slots and plain fields")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the fields of a class are read at once, and where each of them is among them."""

    read: Callable[[Any], tuple[object, ...]]
    places: dict[str, int]


@cache
def _shape_of(kind: type) -> _Shape:
    names = [each.name for each in fields(kind)]
    if len(names) > 1:
        return _Shape(attrgetter(*names), {name: place for place, name in enumerate(names)})
    return _Shape(lambda value: tuple(getattr(value, name) for name in names), dict.fromkeys(names, 0))
