"""The pods that manifests ask for, and the containers in them."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.deployment.resources import Manifest

Container = dict[str, Any]


def of_kind(manifests: Sequence[Manifest], kind: str) -> dict[str, Manifest]:
    """The manifests of a kind by their names."""
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] == kind}


def pods(manifests: Sequence[Manifest]) -> dict[str, dict[str, Any]]:
    """The specification of each pod, by the name of what makes it."""
    return {
        manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"]
        for manifest in manifests
        if "template" in manifest["spec"]
    }


def containers(manifests: Sequence[Manifest]) -> Iterator[tuple[str, Container]]:
    """Each with the name of its workload, those that run before the others too."""
    for name, pod in pods(manifests).items():
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            yield name, container
