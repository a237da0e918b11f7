"""The rules of one ERP as conversations: generators that yield requests, get the replies, and return what is proven.

So the rules of an ERP are pure: no network, no clock, no threads. `ConversingErp` holds the conversations over a wire.
An ERP that wants several calls for a command (a look-up before a create, a token, a document in two steps) says so by
yielding several requests.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from connectors.erp.classification import UNKNOWN, Meaning
from connectors.erp.http.exchange import ErpCall, ErpReply
from domain.messages.dispatch import ErpCommand


@dataclass(frozen=True, slots=True)
class Proven:
    """What a conversation proves about its command."""

    meaning: Meaning
    document_number: str = ""
    """Of the document in the ERP."""
    words: str = ""
    """What the ERP says, for people; the reason of a meaning that has none."""
    retry_after_ms: int = 0
    """0: it did not say."""


Conversation = Generator[ErpCall, ErpReply, Proven]
Probe = Generator[ErpCall, ErpReply, bool]


class ErpRules(Protocol):
    """What is different about one ERP. A reply proves something only if the ERP itself must have given it."""

    def execute(self, command: ErpCommand) -> Conversation:
        """Do what the command asks, once."""
        ...

    def find(self, command: ErpCommand) -> Conversation:
        """Look for the document of `queried_type` by its business key; changes nothing."""
        ...

    def probe(self) -> Probe:
        """Ask whether the ERP answers at all; cheap, and changes nothing."""
        ...


def not_ours(reply: ErpReply) -> Proven:
    """A reply that anything between us and the ERP can give proves nothing."""
    return Proven(UNKNOWN, words=f"not the ERP's own answer: {reply.status}", retry_after_ms=reply.retry_after_ms)
