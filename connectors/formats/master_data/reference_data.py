"""Maps what a source says about an item as such."""

from typing import assert_never

from connectors.formats.documents import DocumentPlace
from connectors.formats.master_data.items import described_item
from connectors.formats.master_data.stock_policies import stock_policy
from connectors.formats.origins import Origin
from domain.messages.reference_data import ReferenceData
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import ItemDescribedRule, StockPolicySetRule


def reference_data(
    channel: ChannelFile, rule: ItemDescribedRule | StockPolicySetRule, place: DocumentPlace, origin: Origin
) -> ReferenceData:
    """The message of a document; `BrokenForm` when it violates the contract."""
    match rule:
        case ItemDescribedRule():
            return described_item(rule, place, origin)
        case StockPolicySetRule():
            return stock_policy(channel, rule, place, origin)
        case _:
            assert_never(rule)
