"""X12 texts and documents that the tests of the reader begin with."""

from typing import Any

from connectors.formats.documents import Defect
from connectors.formats.x12.documents import documents_of
from connectors.formats.x12.interchanges import read_x12

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *260105*0600*U*00401*000000007*0*P*>~"
GS = "GS*PO*BUYER*US*20260105*0600*7*X*004010~"


def a_set(kind: str, *segments: str, number: str = "0001") -> str:
    """A transaction set with the segments between ST and SE."""
    body = "".join(f"{segment}~" for segment in segments)
    return f"ST*{kind}*{number}~{body}SE*{len(segments) + 2}*{number}~"


def in_an_envelope(*sets: str, isa: str = ISA) -> str:
    """An interchange with one group."""
    return f"{isa}{GS}{''.join(sets)}GE*{len(sets)}*7~IEA*1*000000007~"


def document(kind: str, *segments: str) -> Any:
    """The document of one set."""
    (found,) = documents_of(read_x12(in_an_envelope(a_set(kind, *segments))))
    assert not isinstance(found, Defect), found
    return found


def defect(kind: str, *segments: str) -> tuple[str, str]:
    """The field and the reason of one set that is refused."""
    (found,) = documents_of(read_x12(in_an_envelope(a_set(kind, *segments))))
    assert isinstance(found, Defect), found
    return found.field, found.reason
