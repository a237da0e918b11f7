"""The commands of the tutorial do what it says, in the order in which it says it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.commands import PROJECT

TUTORIAL = (PROJECT / "docs" / "tutorial.md").read_text(encoding="utf-8")


def commands_of(heading: str) -> str:
    """The shell commands below a heading."""
    section = TUTORIAL.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def followed(heading: str, folder: Path) -> str:
    """What the commands print, in a shell that ends at the first one that fails."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = subprocess.run(
        ["bash", "-e"],
        input=commands_of(heading),
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (0, "") == (shell.returncode, shell.stderr)
    return shell.stdout


def test_an_order_waits_gets_stock_and_is_recognised_when_it_comes_again(tmp_path: Path) -> None:
    (printed,) = re.findall(r"```text\n(.*?)```", TUTORIAL, re.DOTALL)
    assert printed in followed("Send an order", tmp_path)
    assert "Now: ALLOCATED" in followed("Give it stock", tmp_path)
    again = followed("Send it twice", tmp_path)
    assert "OrderDuplicateReceived" in again
    assert "CONFLICTING_DUPLICATE" in again
