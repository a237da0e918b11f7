"""The text of a function that is made for one layout: what a generic one looks up at each record is written out.

So a record costs no calls and no loops but those over its arrays, which halves the time of reading and writing
(docs/performance.md). The text is made of the layouts of our own contracts only, never of input.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class FunctionText:
    """Lines of one function, with names for its variables and for the constants that it uses."""

    def __init__(self, head: str, constants: dict[str, object]) -> None:
        """`head` is the line with `def`; `constants` are what the lines use by name."""
        self._lines = [head]
        self._names = dict(constants)
        self._indent = "    "
        self._variables = 0

    def variable(self) -> str:
        """A name that is not used yet."""
        self._variables += 1
        return f"v{self._variables}"

    def constant(self, value: object) -> str:
        """A name for a value that is made once."""
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name

    def add(self, *lines: str) -> None:
        """Append lines at the indentation of now."""
        self._lines.extend(self._indent + line for line in lines)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """The lines that are added in the `with` block belong under `head`."""
        self.add(head)
        before = self._indent
        self._indent += "    "
        yield
        self._indent = before

    def compiled(self) -> Callable[..., Any]:
        """The function."""
        name = self._lines[0].partition("(")[0].removeprefix("def ")
        exec("\n".join(self._lines), self._names)  # noqa: S102 - the text is made of our own contracts (see above)
        made: Callable[..., Any] = self._names[name]  # type: ignore[assignment]
        return made
