"""Options of the Kafka client from a file: read, refused with the reason, and never shown."""

from pathlib import Path

import pytest

from connectors.kafka.options import read_options
from connectors.kafka.settings import FIXED, Membership
from connectors.log.port import LogFailed

HIDDEN = "S3cret=with # everything"


def file_with(folder: Path, text: str) -> Path:
    file = folder / "kafka.options"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_line_is_a_name_and_a_value_that_goes_to_its_end(tmp_path: Path) -> None:
    lines = ["# who", "", "security.protocol = SASL_PLAINTEXT", "sasl.mechanism=PLAIN"]
    lines += ["sasl.username=a", f"sasl.password={HIDDEN}"]
    assert {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.username": "a",
        "sasl.password": HIDDEN,
    } == read_options(file_with(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize(
    ("text", "reason"),
    (
        ("security.protocol\n", r"kafka\.options:1: write name=value"),
        ("\n=x\n", r"kafka\.options:2: write name=value"),
        ("debug=all\ndebug=all\n", r"kafka\.options:2: debug is set twice"),
        ("no.such.option=1\n", r'No such configuration property: "no\.such\.option"'),
        ("session.timeout.ms=soon\n", r'Invalid value for configuration property "session\.timeout\.ms"'),
        (
            "isolation.level=read_uncommitted\n",
            r"isolation\.level is set by Orderline and cannot be changed \(a record",
        ),
    ),
)
def test_a_line_that_cannot_be_is_reported(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(LogFailed, match=reason):
        read_options(file_with(tmp_path, text))


@pytest.mark.parametrize("name", FIXED)
def test_what_exactness_rests_on_is_refused_with_its_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(LogFailed) as refused:
        read_options(file_with(tmp_path, f"{name}=x\n"))
    assert f"Kafka option {name} is set by Orderline and cannot be changed ({FIXED[name]}): remove it" == str(
        refused.value
    )


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with pytest.raises(
        LogFailed, match=r"cannot read .*nowhere \(No such file or directory\): correct --kafka-options"
    ):
        read_options(tmp_path / "nowhere")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(LogFailed, match=r"cannot read .*binary \(it is not UTF-8\)"):
        read_options(tmp_path / "binary")


def test_a_value_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(LogFailed) as refused:
        read_options(file_with(tmp_path, f"sasl.password=hidden\nsecurity.protocol={HIDDEN}\n"))
    assert HIDDEN not in str(refused.value)
    assert "hidden" not in str(refused.value)
    assert "security.protocol" in str(refused.value)
    assert "hidden" not in repr(Membership("h:1", "a", "f", 0, {"sasl.password": "hidden"}))
