"""Status lines on the console."""

from rich.console import Console


def say(console: Console, line: str) -> None:
    """Print one line, never wrapped."""
    console.print(line, highlight=False, soft_wrap=True)
