"""Reads the body of a request, bounded in size and time, and only in a form that the source may send."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from connectors.ingest.in_flight import RequestInFlight
from connectors.ingest.problems import Problem

_DRAIN_S: Final = 2.0
_DRAIN_BYTES: Final = 4_194_304


def require_form(headers: Headers, media_types: Sequence[str], most_bytes: int) -> None:
    """Refuse by the headers what need not be read."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-encoding", "send the body without Content-Encoding"
        )
    if media_type(headers) not in media_types:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            f"Content-Type must be {' or '.join(media_types)}",
            headers={"Accept": ", ".join(media_types)},
        )
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > most_bytes:
        raise _too_large(most_bytes)


def media_type(headers: Headers) -> str:
    """What the request calls its body, without parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_body(request: Request, flight: RequestInFlight, most_bytes: int, within_s: float) -> bytes:
    """The whole body; `ClientDisconnect` when it ends before its end."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(within_s):
            async for part in request.stream():
                size += len(part)
                if size > most_bytes:
                    raise _too_large(most_bytes)
                flight.take(len(part))
                parts.append(part)
    except TimeoutError:
        raise Problem(
            HTTPStatus.REQUEST_TIMEOUT, "too-slow", f"the body did not come within {within_s:g} s: send it again"
        ) from None
    if not size:
        raise Problem(HTTPStatus.BAD_REQUEST, "empty", "the body is empty")
    return b"".join(parts)


async def drain(request: Request) -> None:
    """Read on a little behind a refusal: a sender that is still writing would see its connection reset, and no reason.

    One that waits to be told to continue is not asked to send.
    """
    if request.headers.get("expect"):
        return
    size = 0
    try:
        async with asyncio.timeout(_DRAIN_S):
            async for part in request.stream():
                size += len(part)
                if size > _DRAIN_BYTES:
                    return
    except (TimeoutError, ClientDisconnect, RuntimeError):  # RuntimeError: it was read already
        return


def _too_large(most_bytes: int) -> Problem:
    return Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", f"the body has more than {most_bytes} bytes: split it"
    )
