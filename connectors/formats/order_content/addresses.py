"""Maps an address of a document: one block, never field by field from two."""

from connectors.formats.documents import DocumentPlace, LazyNode
from connectors.formats.expressions.nodes import node_at, scalar
from connectors.formats.forms import checked_text, known_country
from connectors.formats.values import optional_text, required_text
from domain.addresses import Address
from schemas.channel_language.orders.address_rule import AddressRule


def address(rule: AddressRule, field: str, place: DocumentPlace) -> Address:
    """An address, such as `ship_to`."""
    block = _block(rule, place)

    def text(name: str) -> str:
        return checked_text(required_text(getattr(rule, name), f"{field}.{name}", block), f"{field}.{name}")

    return Address(
        name=text("name"),
        street=text("street"),
        city=text("city"),
        postal_code=text("postal_code"),
        state=text("state"),
        country=known_country(text("country"), f"{field}.country"),
        company=text("company"),
        street_2=text("street_2"),
        location_code=text("location_code"),
    )


def names_address(rule: AddressRule, place: DocumentPlace) -> bool:
    """Whether a document has one: a name, a street or a city."""
    block = _block(rule, place)
    return any(optional_text(source, "ship_to", block) for source in (rule.name, rule.street, rule.city))


def _block(rule: AddressRule, place: DocumentPlace) -> DocumentPlace:
    """Where the paths of its fields begin: an empty object where the document has none of the blocks."""
    if not rule.blocks:
        return place
    blocks = (
        place.inside(node)
        for node in (node_at(path, place) for path in rule.blocks)
        if isinstance(node, dict | LazyNode)
    )
    return next((block for block in blocks if _has_any(rule, block)), place.inside({}))


def _has_any(rule: AddressRule, block: DocumentPlace) -> bool:
    nodes = (node_at(path, block) for path in rule.inside)
    return any(not isinstance(node, dict | list | LazyNode) and scalar(node) is not None for node in nodes)
