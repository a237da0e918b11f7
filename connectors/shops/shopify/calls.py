"""One call to Shopify after the other: a GraphQL document with its variables, and the answer as a type."""

from collections.abc import Generator, Mapping
from typing import Any, Final, TypeVar

import msgspec

from connectors.erp.classification import UNKNOWN
from connectors.erp.conversations.conversation import Proven
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.shops.reporting import call_id
from connectors.shops.settings import secret_in, without_secrets
from connectors.shops.shopify.answers import decoded, result_of
from connectors.shops.shopify.documents import ShopifyLine, ShopifyLined
from connectors.shops.shopify.settings import ShopifySettings
from domain.messages.dispatch import ErpCommand

_MOST_PAGES: Final = 10
_Found = TypeVar("_Found")
Asked = Generator[ErpCall, ErpReply, _Found | Proven]


class ShopifyCalls:
    """Makes the calls of one shop."""

    def __init__(self, settings: ShopifySettings) -> None:
        self._path = f"/admin/api/{settings.api_version}/graphql.json"
        self._token = secret_in(settings.access_token_file)

    def ask(
        self,
        command: ErpCommand,
        document: str,
        variables: Mapping[str, Any],
        kind: type[_Found],
        *,
        changes: bool = False,
    ) -> Asked[_Found | None]:
        """The answer, None for what Shopify does not have, or what its reply proves instead."""
        alias = f"c{call_id(command, f'{document}{sorted(variables.items(), key=str)}')}"
        result = result_of((yield self.call(document, alias, variables, changes=changes)), alias)
        found = decoded(result, kind) if isinstance(result, bytes) else result
        return self._without_token(found) if isinstance(found, Proven) else found

    def call(self, document: str, alias: str, variables: Mapping[str, Any], *, changes: bool) -> ErpCall:
        """A GraphQL request."""
        headers = {"Content-Type": "application/json", "X-Shopify-Access-Token": self._token.reveal()}
        body = {"query": document % alias, "variables": variables}
        return ErpCall("POST", self._path, headers, msgspec.json.encode(body), changes=changes)

    def lines(self, command: ErpCommand, document: str, gid: str) -> Asked[list[ShopifyLine]]:
        """All lines of a fulfilment, or of a fulfilment order."""
        found: list[ShopifyLine] = []
        after: str | None = None
        for _ in range(_MOST_PAGES):
            page = yield from self.ask(command, document, {"id": gid, "after": after}, ShopifyLined)
            if isinstance(page, Proven):
                return page
            if page is None:
                break
            found += page.lines.nodes
            after = page.lines.page_info.end_cursor
            if not page.lines.page_info.has_next_page:
                return found
        return Proven(UNKNOWN, words=f"not all lines of {gid} can be read")

    def _without_token(self, proven: Proven) -> Proven:
        words = without_secrets(proven.words, (self._token,))
        return Proven(proven.meaning, proven.document_number, words, proven.retry_after_ms)
