"""The receiver's application: `POST /v1/sources/SOURCE_ID` appends a body to the topic of a source, then answers 202.

A 2xx means that the record is durable (`connectors/ingest/appending/port.py`). Anything else means that the sender
keeps it: the record may be there all the same when an answer was lost, and intake recognises what comes again.

The order of the checks is that of their cost: the source, the headers, room, the token, the body, its signature, and
only then the log. Nothing of a body is read before its headers are right, and nothing is queued: what finds no room is
refused at once.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.ingest.appending.port import AppendedAt, Appender, AppendFailed, LogBusy, RecordTooLarge
from connectors.ingest.authentication import require_credentials, require_signature, require_token
from connectors.ingest.bodies import drain, media_type, read_body, require_form
from connectors.ingest.envelopes import kept_headers, record_of
from connectors.ingest.in_flight import InFlight, InFlightLimits, RequestInFlight
from connectors.ingest.problems import Problem
from connectors.ingest.secret_files import SecretFiles
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing
from connectors.observation.receiver_metrics import ReceiverMetrics
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.doors.ingest_rule import IngestRule

PATH: Final = "/v1/sources/{source_id}"
_RETRY_WHEN_AWAY_S: Final = 10
_RETRY_WHEN_BUSY_S: Final = 2
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_FORM: Final = 200
_CLOSED_BY_CLIENT: Final = 499
"""What the metrics count for a request whose sender has gone; nobody reads its answer."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """What bounds a receiver."""

    limits: InFlightLimits = field(default_factory=InFlightLimits)
    body_within_s: float = 30.0


class Receiver:
    """Answers for the sources whose channel files have `ingest`, by their ids."""

    def __init__(  # noqa: PLR0913, PLR0917  made in one place
        self,
        channels: Mapping[SourceId, ChannelFile],
        secrets: SecretFiles,
        appender: Appender,
        metrics: ReceiverMetrics,
        settings: ReceiverSettings | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self._sources = {
            source_id: (channel, channel.ingest)
            for source_id, channel in channels.items()
            if channel.ingest is not None
        }
        self._secrets = secrets
        self._appender = appender
        self._metrics = metrics
        self._settings = settings or ReceiverSettings()
        self._now_ms = now_ms
        self.in_flight = InFlight(self._settings.limits)

    def application(self) -> Starlette:
        """The application for a server."""
        application = Starlette(
            routes=[Route(PATH, self._post, methods=["POST"])],
            exception_handlers={HTTPException: _http_problem, Exception: _bug},
        )
        # Some senders take a redirection for success.
        application.router.redirect_slashes = False
        return application

    async def _post(self, request: Request) -> Response:
        began_s = time.perf_counter()
        known = self._sources.get(SourceId(request.path_params["source_id"]))
        name = known[0].source_id if known else ""
        try:
            if known is None:
                raise _unknown_source()
            response = await self._receive(request, *known)
        except Problem as problem:
            await drain(request)
            response = problem.response()
        except ClientDisconnect:
            response = Response(status_code=_CLOSED_BY_CLIENT)
        self._metrics.answered(name, response.status_code, time.perf_counter() - began_s)
        return response

    async def _receive(self, request: Request, channel: ChannelFile, rule: IngestRule) -> Response:
        with self.in_flight.request(channel.source_id) as flight:
            if await self._is_test(request, rule, flight):
                return _answer(HTTPStatus.OK, {"status": "the address is right"})
            require_credentials(rule, request.headers)
            require_form(request.headers, rule.media_types(channel.format), channel.max_record_bytes)
            secrets = self._current_secrets(channel, rule)
            require_token(rule, request.headers, secrets)
            headers = kept_headers(channel, rule, request.headers)
            self._require_log()
            body = await read_body(request, flight, channel.max_record_bytes, self._settings.body_within_s)
            require_signature(rule, request.headers, body, secrets)
            place = await self._append(record_of(channel, rule, body, headers, self._now_ms()))
        return _answer(HTTPStatus.ACCEPTED, _where(place))

    async def _is_test(self, request: Request, rule: IngestRule, flight: RequestInFlight) -> bool:
        """Whether it is what a shop sends, unsigned, to try the address before it uses it."""
        if rule.test_field is None or media_type(request.headers) != _FORM:
            return False
        body = await read_body(request, flight, _LONGEST_FORM, self._settings.body_within_s)
        name, _, value = body.partition(b"=")
        return name == rule.test_field.encode() and value.isdigit()

    def _current_secrets(self, channel: ChannelFile, rule: IngestRule) -> tuple[bytes, ...]:
        secrets = self._secrets.values(rule.secrets)
        if not secrets:
            _LOGGER.error("%s: none of its secrets (%s) can be read", channel.source_id, ", ".join(rule.secrets))
            raise _away("the receiver cannot check this source's requests now")
        return secrets

    def _require_log(self) -> None:
        """Before the body: nobody sends what cannot be taken."""
        if self._appender.unavailable is not None:
            raise _away("nothing can be stored now")

    async def _append(self, record: Outgoing) -> AppendedAt | None:
        try:
            return await self._appender.append(record)
        except AppendFailed as failure:
            raise _not_stored(failure) from failure


def _not_stored(failure: AppendFailed) -> Problem:
    match failure:
        case RecordTooLarge():
            return Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", "the body is larger than its topic takes: split it"
            )
        case LogBusy():
            return Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "busy",
                "too much waits: send it again",
                retry_after_s=_RETRY_WHEN_BUSY_S,
            )
        case _:
            return _away("it is not known to be stored")


def _away(why: str) -> Problem:
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", f"{why}: send it again", retry_after_s=_RETRY_WHEN_AWAY_S
    )


def _unknown_source() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "unknown-source", "there is no source of this name that sends over HTTP")


def _where(place: AppendedAt | None) -> Mapping[str, str | int]:
    stored: dict[str, str | int] = {"status": "stored"}
    return stored if place is None else {**stored, "partition": place.partition, "offset": place.offset}


def _answer(status: HTTPStatus, content: Mapping[str, str | int]) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


async def _http_problem(_request: Request, error: Exception) -> Response:
    """What the framework refuses: another path, another method."""
    if not isinstance(error, HTTPException):
        raise TypeError(type(error).__name__) from error
    status = HTTPStatus(error.status_code)
    detail = f"POST to {PATH}" if status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED} else error.detail
    return Problem(status, "no-such-call", detail, headers=error.headers).response()


async def _bug(_request: Request, _error: Exception) -> Response:
    """A bug of ours, which the framework logs: the sender keeps the record."""
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "bug", "the receiver failed: send it again", retry_after_s=_RETRY_WHEN_AWAY_S
    ).response()
