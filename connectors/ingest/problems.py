"""What a request is answered that is not accepted: problem details in JSON (RFC 9457).

| status | the sender |
|---|---|
| 400, 413, 415, 422, 431 | must change the request: the same one is answered the same way |
| 401, 404, 405 | must change the address or its credentials |
| 408, 429, 503 | sends the same request again, after `Retry-After` |
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

_MEDIA_TYPE: Final = "application/problem+json"


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field of a body; `field` is empty for the document as a whole."""

    field: str
    reason: str


class _Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """The members of the answer; `errors` is an extension of ours."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldProblem, ...] = ()


class Problem(Exception):
    """Raised where a request is refused; the detail is for the sender, and holds nothing that he does not know."""

    def __init__(  # noqa: PLR0913 - the parts of an answer, each named where it is raised
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        retry_after_s: int | None = None,
        errors: Sequence[FieldProblem] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self._kind = kind
        self._detail = detail
        self._errors = tuple(errors)
        self._headers = dict(headers or {})
        if retry_after_s is not None:
            self._headers["Retry-After"] = str(retry_after_s)

    def response(self) -> Response:
        """The answer. The connection ends with it: what is left of the body may be anything."""
        details = _Details(
            f"urn:orderline:problem:{self._kind}", self.status.phrase, self.status, self._detail, self._errors
        )
        headers = {**self._headers, "Connection": "close"}
        return Response(msgspec.json.encode(details), self.status, headers, _MEDIA_TYPE)
