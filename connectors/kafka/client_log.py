"""The client library's own log lines, which it would write to standard error as they are.

What matters of them is raised or logged by us, so they are shown at the level debug only. A client hands them over when
it is polled.
"""

import logging

_LOGGER = logging.getLogger(__name__)


class ClientLog:
    """What the client takes for a logger."""

    def log(self, _level: int, text: str, *arguments: object) -> None:
        """One line of the library."""
        _LOGGER.debug(text, *arguments)


CLIENT_LOG = ClientLog()
