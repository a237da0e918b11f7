"""The compose file, read as Docker reads it: merges and variables' defaults filled in."""

import re
from pathlib import Path
from typing import Any

import yaml

COMPOSE_FILE = Path(__file__).parents[2] / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{\w+:-([^}]*)\}")


def compose() -> dict[str, Any]:
    """The whole file."""
    return dict(yaml.safe_load(_VARIABLE.sub(r"\1", COMPOSE_FILE.read_text("utf-8"))))


def own_services() -> dict[str, dict[str, Any]]:
    """Those of our image."""
    return {name: service for name, service in compose()["services"].items() if "build" in service}
