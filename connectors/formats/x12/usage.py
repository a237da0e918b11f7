"""What an interchange is sent for (ISA15): production, test, information."""

from typing import Final

from connectors.formats.documents import SourceDocument

_WITHOUT_EFFECT: Final = frozenset({"I", "T"})


def usage_without_effect(document: SourceDocument) -> str | None:
    """The usage indicator of a document of X12 that must move nothing; None for production data and other formats."""
    isa = document.get("ISA")
    usage = isa.get("15") if isinstance(isa, dict) else None
    return usage.upper() if isinstance(usage, str) and usage.upper() in _WITHOUT_EFFECT else None
