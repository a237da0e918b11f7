"""The GraphQL that we send to Shopify, and the parts of its answers that matter to us.

The root field of every document has an alias, the id of the call. Shopify repeats it in `data`: so an answer is its
own, and to this very call. The ids of GraphQL are `gid://shopify/KIND/NUMBER`; files of channels have the number.
"""

from typing import Final

import msgspec

ORDER: Final = """query Order($id: ID!) { %s: order(id: $id) {
  fulfillments(first: 100) { id status trackingInfo(first: 10) { number } }
  fulfillmentOrders(first: 50) { nodes { id status assignedLocation { location { id } } } pageInfo { hasNextPage } }
} }"""
FULFILMENT_LINES: Final = """query FulfilmentLines($id: ID!, $after: String) { %s: fulfillment(id: $id) {
  lines: fulfillmentLineItems(first: 100, after: $after) {
    nodes { quantity lineItem { id } } pageInfo { hasNextPage endCursor }
  }
} }"""
OPEN_LINES: Final = """query OpenLines($id: ID!, $after: String) { %s: fulfillmentOrder(id: $id) {
  lines: lineItems(first: 100, after: $after) {
    nodes { id remainingQuantity lineItem { id } } pageInfo { hasNextPage endCursor }
  }
} }"""
FULFIL: Final = """mutation Fulfil($fulfillment: FulfillmentInput!) { %s: fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id } userErrors { message }
} }"""
_ITEM: Final = 'id sku inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }'
ITEMS_OF_SKU: Final = f"""query ItemsOfSku($query: String!, $location: ID!) {{
  %s: inventoryItems(first: 20, query: $query) {{ nodes {{ {_ITEM} }} }}
}}"""
ITEM_OF_VARIANT: Final = f"""query ItemOfVariant($id: ID!, $location: ID!) {{
  %s: productVariant(id: $id) {{ inventoryItem {{ {_ITEM} }} }}
}}"""
_SHOWN: Final = "{ userErrors { code message } }"
SHOW: Final = f"""mutation Show($input: InventorySetQuantitiesInput!) {{
  %s: inventorySetQuantities(input: $input) {_SHOWN}
}}"""
SHOW_IDEMPOTENTLY: Final = f"""mutation Show($input: InventorySetQuantitiesInput!, $key: String!) {{
  %s: inventorySetQuantities(input: $input) @idempotent(key: $key) {_SHOWN}
}}"""
IDEMPOTENT_SINCE: Final = "2026-04"
"""From this version on the directive is required, and `changeFromQuantity` instead of `ignoreCompareQuantity`."""
PROBE: Final = "query Probe { %s: shop { id } }"


class ShopifyObject(msgspec.Struct, frozen=True, rename="camel"):
    """A part of an answer."""


class ShopifyNode(ShopifyObject, frozen=True):
    """Anything of which only the id matters."""

    id: str


class ShopifyPage(ShopifyObject, frozen=True):
    """Whether a list goes on, and after what."""

    has_next_page: bool
    end_cursor: str | None = None


class ShopifyTracking(ShopifyObject, frozen=True):
    """One tracking number of a fulfilment."""

    number: str | None


class ShopifyFulfilment(ShopifyObject, frozen=True):
    """What was reported as shipped."""

    id: str
    status: str
    tracking_info: list[ShopifyTracking]


class ShopifyLocation(ShopifyObject, frozen=True):
    """From where a fulfilment order is to be shipped; a location may have been deleted."""

    location: ShopifyNode | None


class ShopifyFulfilmentOrder(ShopifyObject, frozen=True):
    """What of an order is to be shipped from one location."""

    id: str
    status: str
    assigned_location: ShopifyLocation


class ShopifyFulfilmentOrders(ShopifyObject, frozen=True):
    """Those of one order."""

    nodes: list[ShopifyFulfilmentOrder]
    page_info: ShopifyPage


class ShopifyOrder(ShopifyObject, frozen=True):
    """What was and what can be shipped of an order."""

    fulfillments: list[ShopifyFulfilment]
    fulfillment_orders: ShopifyFulfilmentOrders


class ShopifyLine(ShopifyObject, frozen=True):
    """A line of a fulfilment, or of a fulfilment order, which has an id and what remains."""

    line_item: ShopifyNode
    id: str = ""
    quantity: int = 0
    remaining_quantity: int = 0


class ShopifyLines(ShopifyObject, frozen=True):
    """A page of lines."""

    nodes: list[ShopifyLine]
    page_info: ShopifyPage


class ShopifyLined(ShopifyObject, frozen=True):
    """A fulfilment, or a fulfilment order."""

    lines: ShopifyLines


class ShopifyQuantity(ShopifyObject, frozen=True):
    """How many are available."""

    quantity: int


class ShopifyInventoryLevel(ShopifyObject, frozen=True):
    """An item at our location."""

    quantities: list[ShopifyQuantity]


class ShopifyInventoryItem(ShopifyObject, frozen=True):
    """An item; `inventory_level` is none where it is not stocked at our location."""

    id: str
    sku: str | None
    inventory_level: ShopifyInventoryLevel | None


class ShopifyInventoryItems(ShopifyObject, frozen=True):
    """Those that a search found."""

    nodes: list[ShopifyInventoryItem]


class ShopifyVariant(ShopifyObject, frozen=True):
    """A variant of a product."""

    inventory_item: ShopifyInventoryItem


class ShopifyUserError(ShopifyObject, frozen=True):
    """Why Shopify did not do it, for people."""

    message: str
    code: str | None = None


class ShopifyMutationResult(ShopifyObject, frozen=True):
    """What a mutation answers."""

    user_errors: list[ShopifyUserError]
    fulfillment: ShopifyNode | None = None


def gid(kind: str, number: str) -> str:
    """The id of GraphQL."""
    return f"gid://shopify/{kind}/{number}"


def number_of(gid: str) -> str:
    """The number in an id of GraphQL."""
    return gid.rpartition("/")[2].partition("?")[0]
