"""EDIFACT texts and documents that the tests begin with."""

from typing import Any

from connectors.formats.documents import Defect
from connectors.formats.edifact.documents import edifact_documents_of
from connectors.formats.edifact.interchanges import read_edifact

UNB = "UNB+UNOC:3+4012345000009:14+5412345000013:14+260105:0600+REF7'"


def a_message(kind: str, *segments: str, reference: str = "1") -> str:
    """A message with the segments between UNH and UNT."""
    body = "".join(f"{segment}'" for segment in segments)
    return f"UNH+{reference}+{kind}:D:96A:UN:EAN008'{body}UNT+{len(segments) + 2}+{reference}'"


def interchange(*messages: str, unb: str = UNB) -> str:
    """An interchange without groups."""
    return f"{unb}{''.join(messages)}UNZ+{len(messages)}+REF7'"


def document(kind: str, *segments: str) -> Any:
    """The document of one message."""
    (found,) = edifact_documents_of(read_edifact(interchange(a_message(kind, *segments))))
    assert not isinstance(found, Defect), found
    return found
