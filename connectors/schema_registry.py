"""A schema registry (Confluent's HTTP interface, also offered by others): registers and checks our contracts.

Producing never registers anything: `orderline schemas register` does, once, before a new version is rolled out.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote

import urllib3
from urllib3.exceptions import HTTPError

from schemas.contracts.contracts import load_contracts
from schemas.contracts.released import Release, text_of
from schemas.contracts.topics import Topic

_TIMEOUT = urllib3.Timeout(connect=5, read=15)
_RETRIES = urllib3.Retry(
    total=2, backoff_factor=0.2, status_forcelist=(502, 503, 504), allowed_methods=None, raise_on_status=False
)
_OK = 200
_NOT_FOUND = 404


class RegistryFailed(Exception):
    """The registry does not answer, or refuses; the message says what to do."""


class Registry:
    """One registry by its URL; `http://user:password@host/path` gives basic authentication."""

    def __init__(self, url: str) -> None:
        parts = urllib3.util.parse_url(url)
        if parts.scheme not in {"http", "https"} or not parts.host:
            raise RegistryFailed(f"{url!r} is not the address of a schema registry, such as http://HOST:PORT")
        headers = {"Content-Type": "application/vnd.schemaregistry.v1+json"}
        if parts.auth:
            headers |= urllib3.util.make_headers(basic_auth=unquote(parts.auth))
        self.address = parts._replace(auth=None).url.rstrip("/")
        self._pool = urllib3.PoolManager(headers=headers, timeout=_TIMEOUT, retries=_RETRIES)

    def register(self, subject: str, release: Release) -> int:
        """Add a version to a subject, idempotently; returns the registry's id of its text."""
        path = f"/subjects/{quote(subject, safe='')}/versions"
        return int(self._expect("POST", path, _schema(release))["id"])

    def set_compatibility(self, subject: str, compatibility: str) -> None:
        """Set the subject's compatibility level in the registry."""
        self._expect("PUT", f"/config/{quote(subject, safe='')}", {"compatibility": compatibility})

    def compatibility_of(self, subject: str) -> str | None:
        """The compatibility level of a subject, or None where none is set."""
        found = self._ask("GET", f"/config/{quote(subject, safe='')}")
        return None if found is None else str(found["compatibilityLevel"])

    def id_in(self, subject: str, release: Release) -> int | None:
        """The registry's id of a version that is registered under a subject, or None."""
        found = self._ask("POST", f"/subjects/{quote(subject, safe='')}", _schema(release))
        return None if found is None else int(found["id"])

    def _expect(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found = self._ask(method, path, body)
        if found is None:
            raise RegistryFailed(f"{self.address} is not a schema registry: it does not know {path}")
        return found

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """The answer, or None for 404."""
        try:
            reply = self._pool.request(method, self.address + path, json=body)
            answer = json.loads(reply.data)
        except HTTPError as error:
            raise RegistryFailed(
                f"no schema registry answers at {self.address} ({type(error).__name__}): "
                "start it, or correct --registry"
            ) from error
        except ValueError:
            raise RegistryFailed(f"{self.address} is not a schema registry: its answer is not JSON") from None
        if not isinstance(answer, dict):
            raise RegistryFailed(f"{self.address} is not a schema registry: its answer is not an object")
        if reply.status == _NOT_FOUND:
            return None
        if reply.status != _OK:
            raise RegistryFailed(f"{self.address}{path}: {reply.status} {answer.get('message', '')}".rstrip())
        return answer


def register(url: str, topics: Iterable[Topic]) -> list[str]:
    """Register every released version under every subject of these topics; one line per version. Idempotent."""
    registry = Registry(url)
    lines = []
    for subject, topic, contract in load_contracts().subjects(topics):
        registry.set_compatibility(subject, topic.compatibility.value)
        for release in contract.releases:
            schema_id = registry.register(subject, release)
            lines.append(f"{subject} version {release.version}: id {schema_id}")
    return lines


def check(url: str, topics: Iterable[Topic]) -> list[str]:
    """Missing versions and different compatibility levels of these topics, one line each; empty if there are none."""
    registry = Registry(url)
    problems = []
    for subject, topic, contract in load_contracts().subjects(topics):
        problems += [
            f"{subject} version {release.version} is not registered: run `orderline schemas register`"
            for release in contract.releases
            if registry.id_in(subject, release) is None
        ]
        promised, found = topic.compatibility.value, registry.compatibility_of(subject)
        if found != promised:
            problems.append(f"{subject} promises {found or 'the default'} instead of {promised}")
    return problems


def _schema(release: Release) -> dict[str, Any]:
    return {"schemaType": "AVRO", "schema": text_of(release.schema)}
