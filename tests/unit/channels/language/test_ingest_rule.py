"""What a channel file may say of its requests over HTTP, and the mistakes that are found when it is read."""

from pathlib import Path

import pytest

from schemas.channel_language.loader import CHANNELS, load_channel_file
from schemas.channel_language.records import RecordFormat
from schemas.yaml_files import YamlFileInvalid

PORTAL = (CHANNELS / "portal.yaml").read_text("utf-8")
INGEST = "  bearer: {secrets: [portal, portal_next]}\n"


def loaded(tmp_path: Path, ingest: str) -> str:
    file = tmp_path / "portal.yaml"
    file.write_text(PORTAL.replace(INGEST, ingest), encoding="utf-8")
    return load_channel_file(file).source_id


@pytest.mark.parametrize(
    ("ingest", "message"),
    (
        ("  content_types: [application/json]\n", "give exactly one of hmac_sha256, bearer"),
        (f"{INGEST}  hmac_sha256: {{header: X-A, secrets: [a]}}\n", "give exactly one of hmac_sha256, bearer"),
        ("  bearer: {secrets: []}\n", "bearer.secrets"),
        ("  bearer: {secrets: [a, b, c]}\n", "bearer.secrets"),
        ("  bearer: {secrets: [../portal]}\n", "bearer.secrets"),
        ("  bearer: {secrets: [.hidden]}\n", "bearer.secrets"),
        ("  bearer: {secrets: [a/b]}\n", "bearer.secrets"),
        ("  bearer: {token: abc}\n", "bearer"),
        ("  hmac_sha256: {header: 'X A', secrets: [a]}\n", "hmac_sha256.header"),
        ("  hmac_sha256: {header: X-A, secrets: [a], encoding: base32}\n", "hmac_sha256.encoding"),
        (f"{INGEST}  content_types: [json]\n", "content_types"),
        (f"{INGEST}  pass_headers: ['a: b']\n", "pass_headers"),
        (f"{INGEST}  test_field: 'a=b'\n", "test_field"),
        (f"{INGEST}  secret: abc\n", "secret"),
    ),
)
def test_a_mistake_is_named(tmp_path: Path, ingest: str, message: str) -> None:
    with pytest.raises(YamlFileInvalid, match=r"portal\.yaml:\d+:\d+: ") as refused:
        loaded(tmp_path, ingest)
    assert message in str(refused.value)


def test_a_key_does_not_leave_the_document(tmp_path: Path) -> None:
    file = tmp_path / "portal.yaml"
    file.write_text(PORTAL.replace("  key: order_number\n", "  key: ^.order_number\n"), encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match="goes 1 elements out"):
        load_channel_file(file)


def test_a_field_that_only_the_key_reads_is_an_extension_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "portal.yaml"
    file.write_text(PORTAL.replace("  key: order_number\n", "  key: {path: session}\n"), encoding="utf-8")
    channel = load_channel_file(file)
    assert "session" not in channel.named_fields
    assert channel.named_fields == load_channel_file(CHANNELS / "portal.yaml").named_fields


@pytest.mark.parametrize("record_format", RecordFormat)
def test_every_format_has_its_media_types(record_format: RecordFormat) -> None:
    ingest = load_channel_file(CHANNELS / "portal.yaml").ingest
    assert ingest is not None
    assert ingest.media_types(record_format)


def test_the_headers_that_rules_read_are_known() -> None:
    assert {"x-shopify-topic", "x-shopify-event-id", "x-shopify-webhook-id"} == load_channel_file(
        CHANNELS / "shopify.yaml"
    ).headers_read
    assert {"idempotency-key"} == load_channel_file(CHANNELS / "portal.yaml").headers_read
