"""What an interchange of EDI is sent for: production, test, information."""

from typing import Final

from connectors.formats.documents import LazyNode, SourceDocument, SourceNode

_WITHOUT_EFFECT: Final = frozenset({"I", "T"})
"""Of X12 (ISA15)."""
_TESTS: Final = frozenset({"1", "2", "3", "4"})
"""Of EDIFACT (0035): tests, of the syntax alone as well, and echoes."""


def usage_without_effect(document: SourceDocument) -> str | None:
    """The usage indicator of a document of X12 or EDIFACT that must move nothing; None for production data."""
    usage = _element(document.get("ISA"), "15").upper()
    if usage in _WITHOUT_EFFECT:
        return usage
    test = _element(document.get("UNB"), "11")
    return f"test {test}" if test in _TESTS else None


def _element(segment: SourceNode, number: str) -> str:
    found = segment.get(number) if isinstance(segment, dict | LazyNode) else None
    return found if isinstance(found, str) else ""
