"""A wheel that is read is the one that was locked."""

from pathlib import Path

import pytest

from tests.deployment.wheels import LOCK_FILE, WheelError, ensure_wheel, locked_wheels

SMALL = "compose_schema"


def test_a_wheel_that_was_damaged_is_fetched_again(tmp_path: Path) -> None:
    kept = tmp_path / locked_wheels()[SMALL].file_name
    kept.write_bytes(b"half of a wheel")

    assert kept == ensure_wheel(SMALL, tmp_path)

    assert kept.read_bytes().startswith(b"PK")
    assert {"fetch.lock", kept.name} == {path.name for path in tmp_path.iterdir()}


def test_a_wheel_with_another_sum_than_the_locked_one_is_refused(tmp_path: Path) -> None:
    wheel = locked_wheels()[SMALL]
    other = tmp_path / "wheels.lock.toml"
    other.write_text(LOCK_FILE.read_text("utf-8").replace(wheel.sha256, "0" * 64), encoding="utf-8")

    with pytest.raises(WheelError, match=wheel.sha256):
        ensure_wheel(SMALL, tmp_path, other)

    assert not (tmp_path / wheel.file_name).exists()
