"""What of an ERP's answer may be used: every text and number of it is bounded here before anything is done with it."""

from datetime import UTC
from email.utils import parsedate_to_datetime

LARGEST_ANSWER = 1 << 20
"""Bytes of a body that are read; a longer one is no answer."""
LONGEST_RETRY_AFTER_MS = 86_400_000
_LONGEST_DOCUMENT_NUMBER = 100
_LONGEST_REASON = 200
_MOST_DIGITS = 9
_LONGEST_HEADER = 64


def document_number(text: str) -> str:
    """The number of a document; empty when it cannot be one: too long, or not printable."""
    return text if len(text) <= _LONGEST_DOCUMENT_NUMBER and text.isprintable() else ""


def reason(text: str) -> str:
    """An ERP's words for people: the first 200 characters, each printable."""
    return "".join(each if each.isprintable() else "?" for each in text[:_LONGEST_REASON])


def retry_after_ms(header: str, now_ms: int) -> int:
    """A `Retry-After` header, in seconds or an HTTP date: at most a day; 0 when it cannot be used."""
    text = header[:_LONGEST_HEADER].strip()
    if text.isascii() and text.isdecimal():
        seconds = int(text[:_MOST_DIGITS]) if len(text) <= _MOST_DIGITS else LONGEST_RETRY_AFTER_MS
        return bounded_ms(seconds * 1000)
    try:
        at = parsedate_to_datetime(text)
        return bounded_ms(int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000) - now_ms)
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return 0


def bounded_ms(wait_ms: int) -> int:
    """A wait within the limits that dispatch accepts."""
    return min(max(wait_ms, 0), LONGEST_RETRY_AFTER_MS)
