"""One request to an ERP over HTTP, and its reply: plain values, so that an adapter's rules need no network."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.erp import bounds


@dataclass(frozen=True, slots=True)
class ErpCall:
    """One call. What may change something there is sent under a permit only; nothing is ever repeated by itself."""

    method: str
    path: str
    """As it goes out, with the query."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """They may hold secrets, as may the body: neither is in the `repr`."""
    body: bytes | None = field(default=None, repr=False)
    server: str = ""
    """Another than the wire's own, such as the one that gives tokens: `https://HOST[:PORT]`."""
    changes: bool = field(kw_only=True)
    """Whether the ERP may hold something else afterwards."""


@dataclass(frozen=True, slots=True)
class ErpReply:
    """An answer within bounds, from the ERP or from anything between it and us."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case. One that came several times has its values joined, as HTTP has them."""
    body: bytes
    """As it came, at most `bounds.LARGEST_ANSWER`."""
    received_at_ms: int

    @property
    def retry_after_ms(self) -> int:
        """For how long the reply asks to wait; 0: it does not say."""
        return bounds.retry_after_ms(self.headers.get("retry-after", ""), self.received_at_ms)
