"""The pages that a running program serves about itself."""

import re
from collections.abc import Mapping

import urllib3

from tests.e2e.commands import Running


class Pages:
    """Those under one address."""

    def __init__(self, url: str) -> None:
        self._url = url

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; 0 while there is no answer."""
        try:
            with urllib3.PoolManager(retries=False) as pool:
                reply = pool.request("GET", f"{self._url}{path}", timeout=5.0)
                return reply.status, reply.data.decode()
        except urllib3.exceptions.HTTPError as silence:
            return 0, type(silence).__name__

    def is_ready(self) -> bool:
        return (200, "ok\n") == self.get("/readyz")

    def metrics(self) -> Mapping[str, float]:
        """Our series, without the common prefix of their names."""
        lines = self.get("/metrics")[1].splitlines()
        ours = (line.rpartition(" ") for line in lines if line.startswith("orderline_"))
        return {series.removeprefix("orderline_"): float(value) for series, _, value in ours}


def pages_of(program: Running) -> tuple[str, Pages]:
    """Whose they are and where, as its next line says."""
    line = program.line()
    match = re.fullmatch(r"(.+): (http://\S+:\d+)/metrics, /livez, /readyz\n", line)
    assert match, line
    return match[1], Pages(match[2])
