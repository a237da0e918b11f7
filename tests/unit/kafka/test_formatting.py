"""A data folder of a Kafka node is made of what Kafka's own tool wrote once."""

from pathlib import Path

import pytest

from demo.brokers.formatting import format_as_kept, is_formatted, keep_for_next

FEATURES = b"\0feature levels of the release"


@pytest.fixture
def jars(tmp_path: Path) -> tuple[Path, ...]:
    """Those of one release; none of them is read."""
    libraries = tmp_path / "kafka-9.9.9" / "libs"
    libraries.mkdir(parents=True)
    return (libraries / "kafka.jar",)


@pytest.fixture
def by_the_tool(tmp_path: Path, jars: tuple[Path, ...]) -> Path:
    """What the tool leaves behind, which is kept."""
    data = tmp_path / "first" / "data"
    data.mkdir(parents=True)
    (data / "bootstrap.checkpoint").write_bytes(FEATURES)
    (data / "meta.properties").write_text("cluster.id=another\n", encoding="utf-8")
    keep_for_next(data, jars)
    return data


def names_in(data: Path) -> dict[str, str]:
    lines = (data / "meta.properties").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_before_the_tool_has_run_nothing_is_formatted(tmp_path: Path, jars: tuple[Path, ...]) -> None:
    assert not format_as_kept(tmp_path / "data", jars, "cluster", 1)
    assert not is_formatted(tmp_path / "data")


def test_afterwards_a_folder_has_the_features_of_the_release_and_names_of_its_own(
    tmp_path: Path, jars: tuple[Path, ...], by_the_tool: Path
) -> None:
    one, other = tmp_path / "1" / "data", tmp_path / "2" / "data"

    assert format_as_kept(one, jars, "cluster", 1)
    assert format_as_kept(other, jars, "cluster", 2)

    assert all(map(is_formatted, (by_the_tool, one, other)))
    assert FEATURES == (one / "bootstrap.checkpoint").read_bytes() == (other / "bootstrap.checkpoint").read_bytes()
    assert {"cluster.id": "cluster", "node.id": "2", "version": "1"}.items() <= names_in(other).items()
    assert names_in(one)["directory.id"] != names_in(other)["directory.id"]
    assert 22 == len(names_in(one)["directory.id"])


def test_what_is_kept_is_there_once_and_whole(jars: tuple[Path, ...], by_the_tool: Path) -> None:
    keep_for_next(by_the_tool, jars)

    assert ["bootstrap.checkpoint", "libs"] == sorted(path.name for path in jars[0].parents[1].iterdir())
