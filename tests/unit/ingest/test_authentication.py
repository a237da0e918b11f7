"""Signatures and tokens: as the shops make them, with two secrets at a time, and secrets that change while it runs."""

from pathlib import Path

import pytest
from starlette.datastructures import Headers

from connectors.ingest.authentication import require_signature, require_token
from connectors.ingest.problems import Problem
from connectors.ingest.secret_files import SecretFiles
from connectors.log.port import LogFailed
from schemas.channel_language.doors.ingest_rule import IngestRule
from tests.unit.ingest.calls import signed

BODY = '{"id":1,"name":"Ünï"}'.encode()
OLD, NEW = b"the-secret-until-now", b"the-secret-to-come"


def hmac_rule(**given: object) -> IngestRule:
    return IngestRule.model_validate({"hmac_sha256": {"header": "X-Signature", "secrets": ["old", "new"], **given}})


def is_accepted(rule: IngestRule, signature: str, body: bytes = BODY) -> bool:
    try:
        require_signature(rule, Headers({"x-signature": signature}), body, (OLD, NEW))
    except Problem:
        return False
    return True


def test_a_signature_is_the_one_that_others_make() -> None:
    """RFC 4231, test case 2, in base64."""
    known = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    require_signature(hmac_rule(), Headers({"x-signature": known}), b"what do ya want for nothing?", (b"Jefe",))
    with pytest.raises(Problem):
        require_signature(hmac_rule(), Headers({"x-signature": known}), b"what do ya want for nothing!", (b"Jefe",))


@pytest.mark.parametrize("secret", (OLD, NEW))
def test_both_secrets_are_accepted_during_a_rotation(secret: bytes) -> None:
    assert is_accepted(hmac_rule(), signed(BODY, secret))


@pytest.mark.parametrize(
    "change", (lambda text: text[:-1], lambda text: text + "=", str.lower, lambda _: "", str.swapcase)
)
def test_no_other_spelling_of_a_signature_is_accepted(change: object) -> None:
    assert callable(change)
    assert not is_accepted(hmac_rule(), change(signed(BODY, OLD)))


def test_the_raw_body_is_signed_and_not_what_it_means() -> None:
    assert not is_accepted(hmac_rule(), signed(BODY, OLD), BODY + b" ")


def test_signatures_in_hex_may_have_a_prefix() -> None:
    rule = hmac_rule(encoding="hex", prefix="sha256=")
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    body = b"what do ya want for nothing?"
    require_signature(rule, Headers({"x-signature": f"sha256={digest}"}), body, (b"Jefe",))
    with pytest.raises(Problem):
        require_signature(rule, Headers({"x-signature": digest}), body, (b"Jefe",))


@pytest.mark.parametrize(
    ("header", "is_right"),
    (
        ("Bearer the-secret-until-now", True),
        ("bearer the-secret-to-come", True),
        ("BEARER  the-secret-to-come ", True),
        ("Bearer the-secret", False),
        ("the-secret-until-now", False),
        ("Bearer the-secret-until-now, the-secret-to-come", False),
    ),
)
def test_a_token_is_one_of_those_of_the_source(header: str, *, is_right: bool) -> None:
    rule = IngestRule.model_validate({"bearer": {"secrets": ["old", "new"]}})
    try:
        require_token(rule, Headers({"authorization": header}), (OLD, NEW))
    except Problem:
        assert not is_right
    else:
        assert is_right


def test_without_any_secret_nothing_is_accepted() -> None:
    with pytest.raises(Problem):
        require_signature(hmac_rule(), Headers({"x-signature": signed(BODY, b"")}), BODY, ())


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_secret_is_changed_without_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    secrets = SecretFiles(tmp_path, clock)
    names = ("shop", "shop_next")
    (tmp_path / "shop").write_bytes(OLD + b"\r\n")
    secrets.require(names)
    seen = [secrets.values(names)]
    (tmp_path / "shop_next").write_bytes(NEW + b"\n")
    seen.append(secrets.values(names))
    clock.now_s = 1.0
    seen.append(secrets.values(names))
    (tmp_path / "shop_next").rename(tmp_path / "shop")
    clock.now_s = 2.0
    seen.append(secrets.values(names))
    (tmp_path / "shop").unlink()
    clock.now_s = 3.0
    seen.append(secrets.values(names))
    assert [(OLD,), (OLD,), (OLD, NEW), (NEW,), ()] == seen


@pytest.mark.parametrize("content", (b"", b"\n", b"too-short\n", b"x" * 5_000))
def test_what_is_no_secret_is_refused_at_the_start_and_never_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "shop").write_bytes(content)
    with pytest.raises(LogFailed) as refused:
        SecretFiles(tmp_path).require(("shop",))
    assert str(tmp_path / "shop") in str(refused.value)
    assert "too-short" not in str(refused.value).replace(str(tmp_path), "")


def test_a_missing_secret_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(LogFailed, match="cannot read the secret"):
        SecretFiles(tmp_path).require(("shop",))
