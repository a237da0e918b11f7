"""Maps what an order's papers say beside its lines and amounts: parties, terms, references, notes, item numbers."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import Places, lines_of, parts_at
from connectors.formats.forms import checked_id, checked_text
from connectors.formats.order_content.addresses import address
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.addresses import Address
from domain.identifiers import LineId
from domain.papers import NO_LINE, ItemNumber, Note, Papers, Reference
from schemas.channel_language.orders.address_rule import AddressRule
from schemas.channel_language.orders.money_rules import NotesRule
from schemas.channel_language.rules import OrderContentRule, PlacedLinesRule
from schemas.channel_language.sources import ValueSource

MOST_NOTES: Final = 1_000
"""Notes of one order; each is a text of at most 1,000 characters."""
MOST_REFERENCES: Final = 1_000


def papers_of(rule: OrderContentRule, place: DocumentPlace, lines: Places[PlacedLinesRule]) -> Papers:
    """All of them; `BrokenForm` where a text is too long, or there are too many."""
    terms = checked_text(required_text(rule.terms, "terms", place), "terms")
    references = tuple(Reference(kind, number) for kind, number in _references(rule, place))
    if len(references) > MOST_REFERENCES:
        raise BrokenForm("references", f"are {len(references)}; at most {MOST_REFERENCES} are allowed in one document")
    notes = (*_notes(rule.notes, "notes", NO_LINE, place), *_notes_of_lines(lines))
    if len(notes) > MOST_NOTES:
        raise BrokenForm("notes", f"are {len(notes)}; at most {MOST_NOTES} are allowed in one document")
    return Papers(
        buyer=_party(rule.buyer, "buyer", place),
        bill_to=_party(rule.bill_to, "bill_to", place),
        terms=terms,
        references=references,
        notes=notes,
        item_numbers=tuple(_item_numbers(lines)),
    )


def notes_of(rules: Iterable[NotesRule], place: DocumentPlace) -> tuple[Note, ...]:
    """Those of a document that is no order; likewise."""
    notes = tuple(_notes(rules, "notes", NO_LINE, place))
    if len(notes) > MOST_NOTES:
        raise BrokenForm("notes", f"are {len(notes)}; at most {MOST_NOTES} are allowed in one document")
    return notes


def _party(rule: AddressRule | None, field: str, place: DocumentPlace) -> tuple[Address, ...]:
    found = address(rule, field, place) if rule is not None else None
    return () if found is None or found.is_blank else (found,)


def _notes_of_lines(places: Places[PlacedLinesRule]) -> Iterator[Note]:
    for rule, at in places:
        if not rule.notes:
            continue
        field = f"lines.{at.position}"
        yield from _notes(rule.notes, f"{field}.notes", _line_id(rule, field, at), at)


def _notes(rules: Iterable[NotesRule], field: str, line_id: LineId, place: DocumentPlace) -> Iterator[Note]:
    for rule in rules:
        for at in parts_at(rule, field, place):
            if text := optional_text(rule.text, field, at):
                yield Note(checked_text(text, field), line_id)


def _item_numbers(places: Places[PlacedLinesRule]) -> Iterator[ItemNumber]:
    for rule, at in places:
        field = f"lines.{at.position}"
        for qualifier, number in _numbers(rule.item_numbers, f"{field}.item_numbers", at):
            yield ItemNumber(_line_id(rule, field, at), qualifier, number)


def _references(rule: OrderContentRule, place: DocumentPlace) -> Iterator[tuple[str, str]]:
    yield from _numbers(rule.references, "references", place)
    for listed, at in lines_of(rule.listed_references or (), "listed_references", place):
        field = f"listed_references.{at.position}"
        kind = optional_text(listed.kind, f"{field}.kind", at)
        number = optional_text(listed.number, f"{field}.number", at)
        if kind and number:
            yield checked_id(kind, f"{field}.kind"), checked_id(number, f"{field}.number")


def _numbers(sources: Mapping[str, ValueSource], field: str, place: DocumentPlace) -> Iterator[tuple[str, str]]:
    for kind, source in sources.items():
        if text := optional_text(source, f"{field}.{kind}", place):
            yield kind, checked_id(text, f"{field}.{kind}")


def _line_id(rule: PlacedLinesRule, field: str, place: DocumentPlace) -> LineId:
    return LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", place), f"{field}.line_id"))
