"""A StatefulSet of the chart on this machine: processes for pods, folders for volumes, and Kubernetes' rules for both.

A pod runs the very arguments of the chart, with its number, and with a folder and an address of this machine.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.deployment.resources import Manifest
from tests.oracle.programs import Program

_ANY_PORT = "127.0.0.1:0"


class StatefulSet:
    """The set of one flow. `folder` keeps its volumes, and what its pods say."""

    def __init__(self, manifest: Manifest, folder: Path) -> None:
        (self._container,) = manifest["spec"]["template"]["spec"]["containers"]
        self.flow: str = self._container["name"]
        self.pods: list[Program] = []
        self._folder = folder

    @property
    def numbers(self) -> Sequence[int]:
        """Of the pods that there are to be."""
        return range(len(self.pods))

    def add_until(self, replicas: int) -> None:
        """Start the next numbers, all at once (`podManagementPolicy: Parallel`)."""
        for number in range(len(self.pods), replicas):
            place = self._folder / f"{self.flow}-{number}"
            place.mkdir(parents=True, exist_ok=True)
            self.pods.append(Program(place, *self._arguments(number)))
            self.pods[number].start()

    def remove_last(self) -> None:
        """End the highest number in good order; its volume stays."""
        self.pods.pop().stop()

    def replace(self, number: int) -> None:
        """Stop a pod gracefully and start it again, as an update does."""
        self.pods[number].stop()
        self.pods[number].start()

    def lose(self, number: int, *, volume: bool) -> None:
        """Lose a pod without a word, with or without its volume; it comes back under its number."""
        self.pods[number].kill()
        if volume:
            shutil.rmtree(self._volume(number))
        self.pods[number].start()

    def _volume(self, number: int) -> Path:
        return self._folder / f"{self.flow}-{number}" / "state"

    def _arguments(self, number: int) -> list[str]:
        here = {"$(REPLICA)": str(number), "/state": str(self._volume(number)), "0.0.0.0:8080": _ANY_PORT}
        return [here.get(word, word) for word in self._container["args"]]
