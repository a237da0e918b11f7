"""Resolves the sources of a channel file in a document."""

from collections.abc import Sequence
from typing import Final

from connectors.formats.documents import DocumentPlace, SourceNode
from connectors.formats.outcomes import BrokenForm
from domain.identifiers import escaped
from schemas.channel_language.paths import POSITION, path_steps, template_parts
from schemas.channel_language.sources import ANY_OTHER, ValueOrigin

MOST_LINES: Final = 10_000
"""The most lines of one document: the effects of such an order still fit into every topic."""


def node_at(path: str, place: DocumentPlace) -> SourceNode:
    """The node at a path; None when there is none."""
    from_root, names = path_steps(path)
    node: SourceNode = place.root if from_root else place.node
    for name in names:
        if type(node) is dict:
            node = node.get(name)
        elif isinstance(node, list) and name.isascii() and name.isdigit() and len(name) < 6 and int(name) < len(node):  # noqa: PLR2004
            node = node[int(name)]
        else:
            return None
    return node


def optional_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    """The source's value after its code list, else its default, else None; `BrokenForm` for one that is not listed."""
    found = _found(source, field, place)
    if found is None:
        return source.default
    if source.codes is None:
        return found
    known = place.codes[source.codes]
    if found not in known and ANY_OTHER in known:
        return known[ANY_OTHER]
    if found not in known and source.unlisted == "missing":
        return source.default
    if found not in known:
        raise BrokenForm(field, f"{shortened(found)} is not in the code list {source.codes!r}")
    return known[found]


def required_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    """The source's value; `BrokenForm` when there is none."""
    found = optional_text(source, field, place)
    if found is None:
        raise BrokenForm(field, f"is missing ({describe(source)})")
    return found


def lines_at(path: str, field: str, place: DocumentPlace) -> list[DocumentPlace]:
    """The positions of all lines of a list; none when there is no list."""
    nodes = node_at(path, place)
    if nodes is None:
        return []
    if not isinstance(nodes, list):
        raise BrokenForm(field, f"{path!r} is not a list")
    if len(nodes) > MOST_LINES:
        raise BrokenForm(field, f"are {len(nodes)}; at most {MOST_LINES} are allowed in one document")
    return [place.line(node, position) for position, node in enumerate(nodes, start=1)]


def describe(source: ValueOrigin) -> str:
    """The paths that were tried, for the text of a refusal."""
    if source.first:
        return " or ".join(describe(one) for one in source.first)
    if source.parts:
        return " and ".join(describe(one) for one in source.parts)
    if source.header is not None:
        return f"header {source.header}"
    return source.path or source.template or "constant"


def _found(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    if source.path is not None:
        return _text_at(source.path, field, place)
    if source.constant is not None:
        return source.constant
    if source.header is not None:
        return place.headers.get(source.header.lower()) or None
    if source.first:
        candidates = (optional_text(one, field, place) for one in source.first)
        return next((text for text in candidates if text is not None), None)
    if source.parts:
        return _joined(source.parts, field, place)
    return _filled(source.template or "", field, place)


def _joined(parts: Sequence[ValueOrigin], field: str, place: DocumentPlace) -> str | None:
    texts: list[str] = []
    for part in parts:
        text = optional_text(part, field, place)
        if text is None:
            return None
        texts.append(escaped(text, "/"))
    return "/".join(texts)


def _filled(template: str, field: str, place: DocumentPlace) -> str | None:
    pieces: list[str] = []
    for part in template_parts(template):
        if part.literal is not None:
            piece: str | None = part.literal
        elif part.header is not None:
            piece = place.headers.get(part.header.lower())
        else:
            piece = _text_at(part.path or "", field, place)
        if not piece:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _text_at(path: str, field: str, place: DocumentPlace) -> str | None:
    if path == POSITION:
        return str(place.position)
    node = node_at(path, place)
    if isinstance(node, dict | list):
        raise BrokenForm(field, f"{path!r} holds several values where one is expected")
    return scalar(node)


def scalar(node: str | bool | None) -> str | None:  # noqa: FBT001
    """The text of a single value; None for one that counts as missing."""
    if isinstance(node, bool):
        return "true" if node else "false"
    return (node.strip() or None) if node else None


def shortened(text: str) -> str:
    """A value as it is shown in the text of a refusal."""
    return repr(text[:40])
