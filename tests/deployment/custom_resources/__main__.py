"""Rewrites the schemas."""

import json
import sys
from typing import Any

from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import ServiceMonitor

from tests.deployment.custom_resources import FOLDER

_NULL = {"type": "null"}
_NOT_RULES = ("title", "description", "default")


def strict(schema: Any) -> Any:
    """The same schema without null for "not given", and refusing every property that it does not know."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties")
    kept = {name: strict(rule) for name, rule in schema.items() if name not in {*_NOT_RULES, "properties", "anyOf"}}
    if isinstance(properties, dict):
        kept["properties"] = {name: strict(rule) for name, rule in properties.items()}
        kept["additionalProperties"] = False
    choices = [strict(choice) for choice in schema.get("anyOf", ()) if choice != _NULL]
    return kept | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})


def main() -> None:
    """One file a kind."""
    for model in (ScaledObject, ServiceMonitor):
        schema = strict(model.model_json_schema(by_alias=True))
        file = FOLDER / f"{model.__name__.lower()}.json"
        file.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        sys.stdout.write(f"{file.name}: {len(schema['$defs'])} definitions\n")


if __name__ == "__main__":
    main()
