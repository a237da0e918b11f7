"""Follows the paths of channel files in a document."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from connectors.formats.documents import DocumentPlace, LazyNode, SourceNode
from connectors.formats.outcomes import BrokenForm
from schemas.channel_language.paths import VALUE, PathStep, Pick, Steps, path_steps

MOST_LOOKED_AT: Final = 100
"""Elements of a list from which one is picked by a value."""


def node_at(path: str, place: DocumentPlace) -> SourceNode:
    """The node at a path; None when there is none."""
    return node_finder(path)(place)


@lru_cache(maxsize=4096)
def node_finder(path: str) -> Callable[[DocumentPlace], SourceNode]:
    """The same, prepared for many documents."""
    if path == VALUE:
        return _current_node
    begin = path_steps(path)
    steps = begin.steps
    if begin.from_root or begin.up:
        return lambda place: followed(steps, start_of(begin, place))
    name = begin.first
    if len(steps) > 1:
        return lambda place: followed(steps, place.node)

    def field_of(place: DocumentPlace) -> SourceNode:
        node = place.node
        return node.get(name) if type(node) is dict else followed(steps, node)

    return field_of


def _current_node(place: DocumentPlace) -> SourceNode:
    return place.node


def start_of(path: Steps, place: DocumentPlace) -> SourceNode:
    """Where a path begins; None for one that goes further out than there is anything."""
    if path.from_root:
        return place.root
    around: DocumentPlace | None = place
    for _ in range(path.up):
        around = around.around if around else None
    return around.node if around else None


def followed(steps: tuple[PathStep, ...], node: SourceNode) -> SourceNode:
    """The node that steps lead to from another one; None when there is none."""
    for step in steps:
        if type(node) is dict or isinstance(node, LazyNode):
            node = node.get(step)  # type: ignore[arg-type]  # a pick is no key of any document
        elif not isinstance(node, list):
            return None
        elif isinstance(step, Pick):
            node = _picked(step, node)
        elif step.isascii() and step.isdigit() and len(step) < 6 and int(step) < len(node):  # noqa: PLR2004
            node = node[int(step)]
        else:
            return None
    return node


def _picked(pick: Pick, nodes: list[SourceNode]) -> SourceNode:
    """`BrokenForm` for one that is not among the first ones: each of many lines may pick from another list."""
    for node in nodes[:MOST_LOOKED_AT]:
        found = node.get(pick.key) if isinstance(node, dict | LazyNode) else None
        if found == pick.value or (isinstance(found, str | bool) and scalar(found) == pick.value):
            return node
    if len(nodes) > MOST_LOOKED_AT:
        wanted = f"{pick.key[:40]}={pick.value[:40]}"
        raise BrokenForm("", f"{wanted} is not among the first {MOST_LOOKED_AT} elements of a list of {len(nodes)}")
    return None


def scalar(node: str | bool | None) -> str | None:  # noqa: FBT001
    """The text of a single value; None for one that counts as missing."""
    if isinstance(node, bool):
        return "true" if node else "false"
    return (node.strip() or None) if node else None


def shortened(text: str) -> str:
    """A value as it is shown in the text of a refusal."""
    return repr(text[:40])
