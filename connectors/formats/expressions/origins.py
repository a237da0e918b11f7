"""Makes the reader of a source of a channel file: where its value is, and how it is changed.

What a source says is looked at here, once; its reader looks at documents alone.
"""

from collections.abc import Sequence
from decimal import Decimal

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.changes import changes_of
from connectors.formats.expressions.decimals import exact_number, product, total, turned, written
from connectors.formats.expressions.nodes import shortened
from connectors.formats.expressions.readers import (
    ValueReader,
    filled,
    number_at,
    number_in_header,
    numbers_at,
    text_at,
    text_in_header,
)
from connectors.formats.outcomes import BrokenForm, NotInTheFile
from domain.identifiers import joined
from schemas.channel_language.sources import NumberOrigin, ValueOrigin


def reader_of(source: ValueOrigin) -> ValueReader:
    """Reads the value after its code list, else the default of the source."""
    find, changes, default = _finder(source), tuple(changes_of(source)), source.default
    if not changes and default is None:
        return find

    def read(field: str, place: DocumentPlace) -> str | None:
        text = find(field, place)
        for change in changes:
            if text is None:
                break
            text = change(text, field, place)
        return default if text is None else text

    return read


def _finder(source: ValueOrigin) -> ValueReader:  # noqa: PLR0911  one return an origin
    """What a source finds, before it is changed."""
    if source.path is not None:
        return number_at(source.path, source.numbers) if _is_number(source) else text_at(source.path)
    if source.constant is not None:
        return lambda _field, _place: source.constant
    if source.header is not None:
        header = source.header
        return number_in_header(header, source.numbers) if _is_number(source) else text_in_header(header)
    if source.first:
        return _first_of(tuple(map(reader_of, source.first)))
    if source.parts:
        return _joined(tuple(map(reader_of, source.parts)))
    if source.template:
        return filled(source.template)
    return _all_of(source) if source.total else _added_up(source)


def _is_number(source: ValueOrigin) -> bool:
    return isinstance(source, NumberOrigin) or source.numbers is not None


def _first_of(readers: Sequence[ValueReader]) -> ValueReader:
    def find(field: str, place: DocumentPlace) -> str | None:
        for read in readers:
            text = read(field, place)
            if text is not None:
                return text
        return None

    return find


def _joined(readers: Sequence[ValueReader]) -> ValueReader:
    def find(field: str, place: DocumentPlace) -> str | None:
        texts: list[str] = []
        for read in readers:
            text = read(field, place)
            if text is None:
                return None
            texts.append(text)
        return joined(texts, "/")

    return find


def _added_up(source: ValueOrigin) -> ValueReader:
    """What `minus`, `sum`, `difference`, `product` and `largest` come to; None where nothing of it is there."""
    operands = _operands_of(source) or ((source.minus,) if source.minus else ())
    readers = tuple((reader_of(one), one) for one in operands)

    def find(field: str, place: DocumentPlace) -> str | None:
        numbers = [_operand(read(field, place), one, field) for read, one in readers]
        if all(number is None for number in numbers):
            return None
        known = [_required(number, one, field) for number, one in zip(numbers, operands, strict=True)]
        if source.product:
            return written(product(known))
        if source.largest:
            return written(max(known))
        if not source.sum:
            known[-1] = turned(known[-1])
        return written(total(known))

    return find


def _all_of(source: ValueOrigin) -> ValueReader:
    """What all numbers at its paths come to; None where there is none."""
    readers = tuple(numbers_at(path, source.numbers) for path in source.total)

    def find(field: str, place: DocumentPlace) -> str | None:
        texts = [text for read in readers for text in read(field, place)]
        numbers = [exact_number(text) for text in texts]
        known = [number for number in numbers if number is not None]
        if len(known) < len(texts):
            wrong = texts[numbers.index(None)]
            raise BrokenForm(field, f"{shortened(wrong)} is not a decimal number ({describe(source)})")
        return written(total(known)) if known else None

    return find


def _operands_of(source: ValueOrigin) -> Sequence[ValueOrigin]:
    return source.sum or source.difference or source.product or source.largest


def _operand(text: str | None, source: ValueOrigin, field: str) -> Decimal | None:
    number = exact_number(text or "")
    if text and number is None:
        raise BrokenForm(field, f"{shortened(text)} is not a decimal number ({describe(source)})")
    return number


def _required(number: Decimal | None, source: ValueOrigin, field: str) -> Decimal:
    if number is None:
        raise NotInTheFile(field, f"is missing a part ({describe(source)})")
    return number


def describe(source: ValueOrigin) -> str:
    """The paths that were tried, for the text of a refusal."""
    if source.first:
        return " or ".join(describe(one) for one in source.first)
    if operands := source.parts or _operands_of(source):
        return " and ".join(describe(one) for one in operands)
    if source.total:
        return " and ".join(source.total)
    if source.minus is not None:
        return describe(source.minus)
    if source.header is not None:
        return f"header {source.header}"
    return source.path or source.template or "constant"
