"""A line for whoever watches."""

from rich.console import Console


def say(console: Console, line: str) -> None:
    """One line, never wrapped."""
    console.print(line, highlight=False, soft_wrap=True)
