"""What Kubernetes, KEDA and the Prometheus operator would say of a manifest, by their own schemas."""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator

from tests.deployment.custom_resources import FOLDER
from tests.deployment.wheels import ensure_wheel

Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that knows the resources of one version of Kubernetes, and refuses what it does not know."""

    definitions: dict[str, Any]

    def findings(self, manifest: Manifest) -> list[str]:
        """What is wrong with it, one line each with its place."""
        validator = Draft202012Validator(self._schema_of(manifest))
        name = f"{manifest['kind']} {manifest['metadata']['name']}"
        return [f"{name} {error.json_path}: {error.message}" for error in validator.iter_errors(manifest)]

    def _schema_of(self, manifest: Manifest) -> dict[str, Any]:
        group, _, version = manifest["apiVersion"].rpartition("/")
        wanted = {"group": group, "kind": manifest["kind"], "version": version}
        for name, definition in self.definitions.items():
            if wanted in definition.get("x-kubernetes-group-version-kind", ()):
                return {"$defs": self.definitions, "$ref": f"#/$defs/{name}"}
        text = (FOLDER / f"{manifest['kind'].lower()}.json").read_text("utf-8")
        return dict(json.loads(text))


def cluster_of(version: str) -> Cluster:
    """A version such as 1.28.0."""
    with zipfile.ZipFile(ensure_wheel("kubernetes_schemas")) as wheel:
        file = f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict/_definitions.json"
        return Cluster(json.loads(wheel.read(file))["$defs"])


def compose_schema() -> dict[str, Any]:
    """The compose specification."""
    with zipfile.ZipFile(ensure_wheel("compose_schema")) as wheel:
        return dict(json.loads(wheel.read("check_jsonschema/builtin_schemas/vendor/compose-spec.json")))
