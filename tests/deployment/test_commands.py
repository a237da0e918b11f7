"""Every command of the image, the compose file and the chart is one that the program takes."""

import json

import pytest

from dataflows.command_line.main import parser
from tests.deployment.compose import own_services
from tests.deployment.dockerfile import instructions
from tests.deployment.helm import Helm
from tests.deployment.test_chart import BOOTSTRAP, EVERYTHING
from tests.deployment.workloads import containers


def refusal(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the program says of them; nothing when it takes them."""
    try:
        parser().parse_args(words)
    except SystemExit as end:
        return f"{' '.join(words)}: {capsys.readouterr().err}" if end.code else ""
    return ""


def test_the_image_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    (command,) = (json.loads(each.words) for each in instructions() if each.name == "CMD")
    assert "" == refusal(command, capsys)


@pytest.mark.parametrize("name", sorted(own_services()))
def test_a_service_of_the_compose_file_is_understood(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "" == refusal(own_services()[name]["command"], capsys)


@pytest.mark.parametrize("settings", ((BOOTSTRAP,), EVERYTHING), ids=("least", "everything"))
def test_a_container_of_the_chart_is_understood(
    helm: Helm, settings: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    refusals = [
        refusal([word.replace("$(REPLICA)", "2") for word in container["args"]], capsys)
        for _, container in containers(helm.manifests(*settings))
    ]
    assert refusals
    assert [] == [each for each in refusals if each]


def test_a_command_that_is_none_would_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert "unrecognized arguments: --replicas 2" in refusal(
        ["run", "orders", "--bootstrap", "kafka:9092", "--replicas", "2"], capsys
    )
