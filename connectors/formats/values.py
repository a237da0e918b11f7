"""Resolves the sources of a channel file in a document."""

from collections.abc import Sequence
from decimal import Decimal

from connectors.formats.documents import DocumentPlace, JsonNumber, LazyNode
from connectors.formats.expressions.decimals import exact_number, product, total, turned, written
from connectors.formats.expressions.gs1_keys import gs1_key
from connectors.formats.expressions.nodes import node_at, scalar, shortened
from connectors.formats.expressions.notations import plain_number, time_in_form, time_since_1970
from connectors.formats.outcomes import BrokenForm, NotInTheFile
from domain.identifiers import joined
from schemas.channel_language.paths import POSITION, template_parts
from schemas.channel_language.sources import ANY_OTHER, ItemOrigin, NumberOrigin, ValueOrigin


def optional_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    """The source's value after its code list, else its default, else None; `BrokenForm` for one that is not listed."""
    found = _found(source, field, place)
    if found is None:
        return source.default
    found = _said(source, found, field)
    if found is None:
        return source.default
    found = source.of(place.item_ids.of(found) if _is_read_item(source) else found)
    if source.epoch:
        found = _time(source.epoch, found, field)
    if source.time:
        found = _time_in(source.time, found, field)
    if source.codes is None:
        return found
    known = place.codes[source.codes]
    if found not in known and ANY_OTHER in known:
        return known[ANY_OTHER]
    if found not in known and source.unlisted == "missing":
        return source.default
    if found not in known:
        raise NotInTheFile(field, f"{shortened(found)} is not in the code list {source.codes!r}")
    return known[found]


def _said(source: ValueOrigin, text: str, field: str) -> str | None:
    """What a text says of itself; None where it says that there is nothing, or lacks the piece that is asked for."""
    if text in source.none:
        return None
    piece = source.piece.of(text) if source.piece else text
    if source.gs1 is None or piece is None:
        return piece
    key = gs1_key(piece, source.gs1)
    if key is None:
        raise BrokenForm(field, f"{shortened(piece)} is no EPC or GS1 Digital Link with a {source.gs1}")
    return key


def _is_read_item(source: ValueOrigin) -> bool:
    """An item's id that is read, and not chosen among others that are."""
    return isinstance(source, ItemOrigin) and not source.first


def _time(unit: str, text: str, field: str) -> str:
    moment = time_since_1970(text, unit)
    if moment is None:
        raise BrokenForm(field, f"{shortened(text)} is no time in {unit} since 1970, before 2100")
    return moment


def _time_in(form: str, text: str, field: str) -> str:
    moment = time_in_form(text, form)
    if moment is None:
        raise BrokenForm(field, f"{shortened(text)} is no time of the form {form!r}")
    return moment


def required_text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    """The source's value; `BrokenForm` when there is none."""
    found = optional_text(source, field, place)
    if found is None:
        raise BrokenForm(field, f"is missing ({describe(source)})")
    return found


def describe(source: ValueOrigin) -> str:
    """The paths that were tried, for the text of a refusal."""
    if source.first:
        return " or ".join(describe(one) for one in source.first)
    if operands := source.parts or source.sum or source.difference or source.product:
        return " and ".join(describe(one) for one in operands)
    if source.minus is not None:
        return describe(source.minus)
    if source.header is not None:
        return f"header {source.header}"
    return source.path or source.template or "constant"


def _found(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:  # noqa: PLR0911  one return an origin
    if source.path is not None:
        return _text_at(source.path, field, place) if not _is_number(source) else _number_at(source, field, place)
    if source.constant is not None:
        return source.constant
    if source.header is not None:
        text = place.headers.get(source.header.lower()) or None
        return _plain(text, source, field, place) if _is_number(source) else text
    if source.first:
        candidates = (optional_text(one, field, place) for one in source.first)
        return next((text for text in candidates if text is not None), None)
    if source.parts:
        return _joined(source.parts, field, place)
    if source.template:
        return _filled(source.template, field, place)
    return _added_up(source, field, place)


def _is_number(source: ValueOrigin) -> bool:
    return isinstance(source, NumberOrigin) or source.numbers is not None


def _number_at(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    node = node_at(source.path or "", place) if source.path != POSITION else None
    if isinstance(node, JsonNumber):
        return str(node)
    return _plain(_text_at(source.path or "", field, place), source, field, place)


def _plain(text: str | None, source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    notation = source.numbers or place.numbers
    if text is None or notation.is_plain:
        return text
    number = plain_number(text, notation)
    if number is None:
        written_as = f"decimal {notation.decimal!r}, grouping {notation.grouping!r}"
        raise BrokenForm(field, f"{shortened(text)} is not a number as the channel file writes it ({written_as})")
    return number


def _added_up(source: ValueOrigin, field: str, place: DocumentPlace) -> str | None:
    """What `minus`, `sum`, `difference` and `product` come to; None where nothing of it is there."""
    operands = source.sum or source.difference or source.product or ((source.minus,) if source.minus else ())
    numbers = [_operand(one, field, place) for one in operands]
    if all(number is None for number in numbers):
        return None
    known = [_required(number, one, field) for number, one in zip(numbers, operands, strict=True)]
    if source.product:
        return written(product(known))
    if not source.sum:
        known[-1] = turned(known[-1])
    return written(total(known))


def _operand(source: ValueOrigin, field: str, place: DocumentPlace) -> Decimal | None:
    text = optional_text(source, field, place)
    number = exact_number(text or "")
    if text and number is None:
        raise BrokenForm(field, f"{shortened(text)} is not a decimal number ({describe(source)})")
    return number


def _required(number: Decimal | None, source: ValueOrigin, field: str) -> Decimal:
    if number is None:
        raise BrokenForm(field, f"is missing a part ({describe(source)})")
    return number


def _joined(parts: Sequence[ValueOrigin], field: str, place: DocumentPlace) -> str | None:
    texts: list[str] = []
    for part in parts:
        text = optional_text(part, field, place)
        if text is None:
            return None
        texts.append(text)
    return joined(texts, "/")


def _filled(template: str, field: str, place: DocumentPlace) -> str | None:
    pieces: list[str] = []
    for part in template_parts(template):
        if part.literal is not None:
            piece: str | None = part.literal
        elif part.header is not None:
            piece = place.headers.get(part.header.lower())
        else:
            piece = _text_at(part.path or "", field, place)
        if not piece:
            return None
        pieces.append(piece)
    return "".join(pieces)


def _text_at(path: str, field: str, place: DocumentPlace) -> str | None:
    if path == POSITION:
        return str(place.position)
    node = node_at(path, place)
    if isinstance(node, dict | list | LazyNode):
        raise BrokenForm(field, f"{path!r} holds several values where one is expected")
    return scalar(node)
