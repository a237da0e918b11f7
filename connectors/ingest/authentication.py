"""Whether a request comes from its source: by a signature over its raw body, or by a token.

All comparisons take the same time, whatever is wrong, and every secret is compared, so that neither a signature nor a
token can be found out byte by byte.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers

from connectors.ingest.problems import Problem
from schemas.channel_language.doors.ingest_rule import HmacRule, IngestRule

_BEARER: Final = "bearer"


def require_credentials(rule: IngestRule, headers: Headers) -> None:
    """Refuse a request without a signature or token before its body is read."""
    if rule.hmac_sha256 is not None and not headers.get(rule.hmac_sha256.header):
        raise _not_signed(rule.hmac_sha256, f"the header {rule.hmac_sha256.header} is missing")
    if rule.bearer is not None and _token(headers) is None:
        raise _no_token("the header Authorization is missing, or not `Bearer TOKEN`")


def require_token(rule: IngestRule, headers: Headers, secrets: Sequence[bytes]) -> None:
    """Refuse a wrong token before the body is read; a signature can be checked only behind it."""
    if rule.bearer is not None and not _is_one_of(_token(headers) or "", secrets):
        raise _no_token("the token is not this source's")


def require_signature(rule: IngestRule, headers: Headers, body: bytes, secrets: Sequence[bytes]) -> None:
    """Refuse a body that is not signed with one of the secrets."""
    if rule.hmac_sha256 is None:
        return
    given = headers.get(rule.hmac_sha256.header, "").strip()
    if not _is_one_of(given, [_signature(rule.hmac_sha256, body, secret) for secret in secrets]):
        raise _not_signed(
            rule.hmac_sha256,
            f"the signature in {rule.hmac_sha256.header} is not that of the body with this source's secret",
        )


def _signature(rule: HmacRule, body: bytes, secret: bytes) -> bytes:
    digest = hmac.digest(secret, body, "sha256")
    text = base64.b64encode(digest) if rule.encoding == "base64" else digest.hex().encode()
    return rule.prefix.encode() + text


def _is_one_of(given: str, wanted: Sequence[bytes]) -> bool:
    """Digests of equal length are compared, so that not even the length of a secret shows."""
    seen = hashlib.sha256(given.encode("latin-1")).digest()
    return any([hmac.compare_digest(seen, hashlib.sha256(each).digest()) for each in wanted])  # noqa: C419 - all are compared


def _token(headers: Headers) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == _BEARER else None


def _not_signed(rule: HmacRule, why: str) -> Problem:
    challenge = {"WWW-Authenticate": f'HMAC-SHA256 header="{rule.header}"'}
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", why, headers=challenge)


def _no_token(why: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", why, headers={"WWW-Authenticate": "Bearer"})
