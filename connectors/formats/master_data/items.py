"""Maps a document to `ItemDescribed`."""

from typing import Final

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at
from connectors.formats.forms import checked_id, known_unit, positive_quantity
from connectors.formats.master_data.statuses import ItemStatus, status_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import ItemId
from domain.messages.inventory import ItemDescribed, UnitFactor
from domain.units import plain_unit
from schemas.channel_language.rules import ItemDescribedRule, ItemUnitsRule, SubstitutesRule

MOST_SUBSTITUTES: Final = 20
"""Of one item: a person has to choose."""


def described_item(rule: ItemDescribedRule, place: DocumentPlace, origin: Origin) -> ItemDescribed:
    """The item of a document; `BrokenForm` when it violates the contract."""
    units = tuple(_unit(rule.units, at) for at in lines_at(rule.units, "units", place))
    taken = [plain_unit(each.unit) for each in units]
    if len(set(taken)) != len(taken):
        raise BrokenForm("units", "a unit is listed twice")
    item_id = ItemId(checked_id(required_text(rule.item_id, "item_id", place), "item_id"))
    unit = known_unit(required_text(rule.unit, "unit", place), "unit")
    is_discontinued = status_of(rule.status, place, ItemStatus) is ItemStatus.DISCONTINUED
    substitutes = _substitutes(rule.substitutes, place, item_id) if rule.substitutes else ()
    return with_content_hash(ItemDescribed(item_id, origin.provenance, unit, units, is_discontinued, substitutes))


def _substitutes(rule: SubstitutesRule, place: DocumentPlace, item_id: ItemId) -> tuple[ItemId, ...]:
    found: dict[ItemId, None] = {}
    for at in lines_at(rule, "substitutes", place):
        field = f"substitutes.{at.position}.item_id"
        substitute = ItemId(checked_id(required_text(rule.item_id, field, at), field))
        if substitute == item_id:
            raise BrokenForm(field, f"{substitute!r} is the item itself")
        found[substitute] = None
    if len(found) > MOST_SUBSTITUTES:
        raise BrokenForm("substitutes", f"more than {MOST_SUBSTITUTES} of one item")
    return tuple(found)


def _unit(rule: ItemUnitsRule, at: DocumentPlace) -> UnitFactor:
    field = f"units.{at.position}"
    return UnitFactor(
        known_unit(required_text(rule.unit, f"{field}.unit", at), f"{field}.unit"),
        positive_quantity(required_text(rule.factor, f"{field}.factor", at), f"{field}.factor"),
    )
