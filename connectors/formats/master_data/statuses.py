"""The words for what may be done with an item or a customer; a channel file translates the source's into them."""

from enum import StrEnum
from typing import TypeVar

from connectors.formats.documents import DocumentPlace
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from schemas.channel_language.sources import ValueOrigin


class ItemStatus(StrEnum):
    """Whether an item may be sold."""

    ACTIVE = "ACTIVE"
    DISCONTINUED = "DISCONTINUED"


class CustomerStatus(StrEnum):
    """Whether a customer may order."""

    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"


Status = TypeVar("Status", ItemStatus, CustomerStatus)


def status_of(source: ValueOrigin, place: DocumentPlace, statuses: type[Status]) -> Status:
    """The status of a document; `BrokenForm` when it is none of the words."""
    text = required_text(source, "status", place)
    if text not in list(statuses):
        raise BrokenForm("status", f"{text[:40]!r} is none of {', '.join(statuses)}")
    return statuses(text)
