"""The sources of a canonical field: the vocabulary of channel files.

A source is written as a path (`customer.id`) or as a mapping with exactly one of

    path:      customer.id                      a field; see below
    header:    X-Shopify-Topic                  a header of the record, case-insensitive
    constant:  central
    first:     [sku, variant_id]                the first source that has a value
    template:  "{ISA.13}/{header:X-Topic}"      paths and headers joined; missing if any of them is missing
    parts:     [ISA.06, ISA.13]                 sources joined by "/" into an id: "/" and "%" in a part are escaped, so
                                                two records with different parts never make the same id; missing if
                                                any part is missing
    minus:     discount                         a number with its sign turned
    sum:       [subtotal, freight]              numbers added up, exactly; missing if all are missing, refused if some
                                                are: give those a default
    difference: [gross, tax]                    the first number less the second, likewise
    product:   [cases, case_size]               numbers multiplied, likewise
    largest:   [subtotal, total]                the largest of numbers, likewise
    total:     [parts.*.quantity]               all numbers that there are at these paths, in the elements of lists too,
                                                added up; missing if there is none

and optionally `default` (the value when there is none; without it the field is required), `codes` (the code
list that translates the source's value into ours; its entry `*` is for every value that it does not name) and
`unlisted: missing` (a value that is not in the code list counts as missing, instead of being refused: then the next
source of a `first` is tried). Null, empty and blank values count as missing. What is found may be changed before its
code list sees it, in this order:

    none:      ["0", "n/a"]                     texts by which the source says that there is no value
    piece:     {separator: "/", number: -1}     one piece of several: the last step of a link
    gs1:       gtin | sscc | gln | serial       what an EPC says: a URN of one, or a GS1 Digital Link
    spaces:    collapsed                        runs of blanks become one
    case:      upper | lower
    epoch:     seconds | millis                 a time as a count since 1970 in UTC
    time:      "DD.MM.YYYY[ HH:mm]"             a time in this form: YYYY or YY, MM, DD, HH or hh with A (AM, PM), mm,
                                                ss; what is in brackets may be missing
    numbers:   {decimal: ",", grouping: "."}    a number in this notation, not in the file's (`numbers` of the file)

A path is names joined by dots. It starts at the document, in a list at the element. Digits step into a list
(`lines.0`), and `notes[name=gift].value` to the first element of a list whose field has this value, which must be
among its first 100. `$.` starts at the document's root, `^.` at the element around the current one (of a
parcel's item: the parcel), `^^.` two elements out. `@position` is the number of the element, from 1, over all lists of
its rule, and `@value` the element itself, in a list of texts or numbers.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.channel_language.expressions.notations import NumbersRule, PieceRule, SpellingRule, TimeForm
from schemas.channel_language.paths import EVERY, OF_ELEMENTS, is_path, path_steps, template_parts

Text = Annotated[str, Field(min_length=1, max_length=1000)]
IN_IDS = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.\-]+$")
Id = Annotated[str, IN_IDS]

ANY_OTHER: Final = "*"
"""The entry of a code list for every value that it does not name."""
_ORIGINS: Final = (
    *("path", "header", "constant", "first", "template", "parts"),
    *("minus", "sum", "difference", "product", "largest", "total"),
)


def _checked_path(path: str) -> str:
    if path in OF_ELEMENTS:
        return path
    if path.startswith("-"):
        raise ValueError(
            f"{path!r} is not a path: write {{minus: {path.lstrip('-') or 'amount'}}} for what is taken off"
        )
    if not is_path(path):
        raise ValueError(f"{path!r} is not a path: write names joined by dots")
    if EVERY in path_steps(path).steps:
        raise ValueError(f"{path!r} names several values: only `each` steps into every element of a list")
    return path


def _checked_template(template: str) -> str:
    for part in template_parts(template):
        if part.path is not None:
            _checked_path(part.path)
    return template


Path = Annotated[Text, BeforeValidator(lambda path: _checked_path(path) if isinstance(path, str) else path)]
Template = Annotated[Text, BeforeValidator(lambda text: _checked_template(text) if isinstance(text, str) else text)]


def _checked_path_of_several(path: str) -> str:
    if not is_path(path):
        raise ValueError(f"{path!r} is not a path: write names joined by dots")
    return path


PathOfSeveral = Annotated[Text, AfterValidator(_checked_path_of_several)]
"""A path that may step into every element of a list."""


class Part(BaseModel):
    """A part of a channel file: unknown fields are errors, and it is immutable after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ValueOrigin(Part, SpellingRule):
    """The source of one value."""

    path: Path | None = None
    header: Text | None = None
    constant: str | None = None
    first: tuple["ValueSource", ...] = ()
    template: Template | None = None
    parts: tuple["ValueSource", ...] = ()
    minus: "NumberSource | None" = None
    sum: tuple["NumberSource", ...] = ()
    difference: Annotated[tuple["NumberSource", ...], Field(max_length=2)] = ()
    none: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Texts by which the source says that there is no value."""
    piece: PieceRule | None = None
    gs1: Literal["gtin", "sscc", "gln", "serial"] | None = None
    """What an EPC says, or a GS1 Digital Link: the key of the item, parcel or place, or the item's serial number."""
    product: Annotated[tuple["NumberSource", ...], Field(max_length=5)] = ()
    largest: Annotated[tuple["NumberSource", ...], Field(max_length=5)] = ()
    total: Annotated[tuple[PathOfSeveral, ...], Field(max_length=5)] = ()
    epoch: Literal["seconds", "millis"] | None = None
    time: TimeForm | None = None
    """The form in which a time is written, where that is not ISO 8601: DD.MM.YYYY, `MM/DD/YY hh:mm A`."""
    numbers: NumbersRule | None = None
    default: str | None = None
    codes: Id | None = None
    unlisted: Literal["refused", "missing"] = "refused"

    @model_validator(mode="after")
    def _needs_a_code_list_to_be_unlisted(self) -> Self:
        if self.unlisted == "missing" and self.codes is None:
            raise ValueError("`unlisted` goes with `codes`")
        return self

    @model_validator(mode="after")
    def _writes_a_number_where_it_is_read(self) -> Self:
        if self.numbers is not None and self.path is None and self.header is None:
            raise ValueError("`numbers` goes with `path` or `header`")
        return self

    @model_validator(mode="after")
    def _writes_a_time_in_one_way(self) -> Self:
        if self.epoch is not None and self.time is not None:
            raise ValueError("give at most one of epoch, time")
        return self

    @model_validator(mode="after")
    def _takes_one_number_from_another(self) -> Self:
        if len(self.difference) == 1:
            raise ValueError("`difference` needs two sources: from which, and what is taken away")
        return self

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        origins = [name for name in _ORIGINS if getattr(self, name)]
        if self.constant is not None and not self.constant:
            origins.append("constant")
        if len(origins) != 1:
            raise ValueError(f"give exactly one of {', '.join(_ORIGINS)}")
        return self

    def possible_values(self, code_lists: Mapping[str, Mapping[str, str]]) -> set[str] | None:
        """All values that it can have; None where a record may hold any."""
        if self.codes is not None:
            values: set[str] | None = set(code_lists[self.codes].values())
        elif self.first:
            found = [one.possible_values(code_lists) for one in self.first]
            values = None if None in found else {value for each in found if each is not None for value in each}
        else:
            values = None if self.constant is None else {self.constant}
        return values if values is None or self.default is None else values | {self.default}


def _from_shorthand(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class NumberOrigin(ValueOrigin):
    """The source of a number: what it reads is in the notation of the file, or in its own."""


def _of_a_number(source: ValueOrigin) -> ValueOrigin:
    if isinstance(source, NumberOrigin):
        return source
    fields = {name: getattr(source, name) for name in ValueOrigin.model_fields}
    return NumberOrigin.model_construct(**{**fields, "first": tuple(map(_of_a_number, source.first))})


class ItemOrigin(ValueOrigin):
    """The source of an item's id: what it reads is brought into the spelling of the file (`item_ids`)."""


def _of_an_item(source: ValueOrigin) -> ValueOrigin:
    """What is composed of several values is an id of the file's own making, and stays as it is."""
    if source.template or source.parts:
        return source
    fields = {name: getattr(source, name) for name in ValueOrigin.model_fields}
    return ItemOrigin.model_construct(**{**fields, "first": tuple(map(_of_an_item, source.first))})


ValueSource = Annotated[ValueOrigin, BeforeValidator(_from_shorthand)]
NumberSource = Annotated[ValueOrigin, BeforeValidator(_from_shorthand), AfterValidator(_of_a_number)]
"""The source of a quantity, a price or an amount."""
ItemSource = Annotated[ValueOrigin, BeforeValidator(_from_shorthand), AfterValidator(_of_an_item)]
