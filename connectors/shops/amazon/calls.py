"""Calls to Amazon with a token of Login with Amazon, asked for when there is none, and again when it has expired."""

from collections.abc import Generator, Mapping, Sequence
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from connectors.erp.conversations.conversation import Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.shops.amazon.answers import is_not_let_in, token_in
from connectors.shops.amazon.settings import AmazonSettings
from connectors.shops.settings import Secret, secret_in, without_secrets

_AGENT: Final = "Orderline/1.0 (Language=Python)"
"""Amazon wants to know who calls."""


class AccessToken:
    """The token that all threads share. Two that ask for one at the same time both get one; the later is kept."""

    def __init__(self) -> None:
        self._token: Secret | None = None
        self._has_expired = False
        self._lock = Lock()

    def get(self) -> Secret | None:
        """The newest, if Amazon has not refused it."""
        with self._lock:
            return None if self._has_expired else self._token

    def last(self) -> Sequence[Secret]:
        """The newest, also when it is no good any more."""
        with self._lock:
            return () if self._token is None else (self._token,)

    def put(self, token: Secret) -> None:
        """Another one."""
        with self._lock:
            self._token = token
            self._has_expired = False

    def expire(self, token: Secret) -> None:
        """Use this one no more; another thread may have got a new one meanwhile."""
        with self._lock:
            self._has_expired = self._has_expired or self._token is token


class AmazonCalls:
    """Makes the calls of one seller."""

    def __init__(self, settings: AmazonSettings) -> None:
        self._server = settings.login_server
        self._client_id = secret_in(settings.client_id_file)
        self._client_secret = secret_in(settings.client_secret_file)
        self._refresh_token = secret_in(settings.refresh_token_file)
        self._token = AccessToken()

    def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Generator[ErpCall, ErpReply, ErpReply | Proven]:
        """The reply, or why there was no token. A token that Amazon does not take is replaced once.

        Amazon refuses such a call at its door: nothing was executed, and the same call is sent again.
        """
        reply = yield from self._tried(method, path, body)
        if isinstance(reply, ErpReply) and is_not_let_in(reply):
            return (yield from self._tried(method, path, body))
        return reply

    def _tried(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> Generator[ErpCall, ErpReply, ErpReply | Proven]:
        token = yield from self._current_token()
        if isinstance(token, Proven):
            return token
        reply = yield self._with(token, method, path, body)
        if is_not_let_in(reply):
            self._token.expire(token)
        return reply

    def without_token(self, path: str) -> ErpCall:
        """A call that Amazon refuses, if it answers at all."""
        return ErpCall("GET", path, {"User-Agent": _AGENT}, changes=False)

    def hidden(self, proven: Proven) -> Proven:
        """Without secrets that somebody has repeated."""
        secrets = (self._client_id, self._client_secret, self._refresh_token, *self._token.last())
        words = without_secrets(proven.words, secrets)
        return Proven(proven.meaning, proven.document_number, words, proven.retry_after_ms)

    def _current_token(self) -> Generator[ErpCall, ErpReply, Secret | Proven]:
        token = self._token.get()
        if token is not None:
            return token
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token.reveal(),
            "client_id": self._client_id.reveal(),
            "client_secret": self._client_secret.reveal(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": _AGENT}
        body = urlencode(form).encode()
        text = token_in((yield ErpCall("POST", "/auth/o2/token", headers, body, self._server, changes=False)))
        if isinstance(text, Proven):
            return text
        token = Secret(text)
        self._token.put(token)
        return token

    @staticmethod
    def _with(token: Secret, method: str, path: str, body: Mapping[str, Any] | None) -> ErpCall:
        headers = {
            "x-amz-access-token": token.reveal(),
            "User-Agent": _AGENT,
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
        }
        data = None if body is None else msgspec.json.encode(body)
        return ErpCall(method, path, headers, data, changes=body is not None)
