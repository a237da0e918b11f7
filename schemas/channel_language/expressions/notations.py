"""How a source writes numbers, item ids, and texts of several pieces."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, model_validator


class NumbersRule(BaseModel):
    """The notation of numbers that are text. A number of JSON itself has a point, whatever the file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decimal: Literal[".", ","] = "."
    grouping: Literal["", ".", ",", " ", "'"] = ""
    """Between the thousands; nothing by default. A blank may be a narrow or a protected one, `'` a typographic one."""

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        if self.decimal == self.grouping:
            raise ValueError("decimal and grouping must differ")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written as we read them."""
        return self.decimal == "." and not self.grouping


PLAIN = NumbersRule()


class PieceRule(BaseModel):
    """One piece of a text that has several, such as the last step of a link. A text without this piece is missing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    separator: Annotated[str, Field(min_length=1, max_length=20)]
    """What stands between the pieces."""
    number: Annotated[StrictInt, Field(ge=-100, le=100)]
    """Which one: 1 is the first, -1 the last."""

    @model_validator(mode="after")
    def _names_a_piece(self) -> Self:
        if self.number == 0:
            raise ValueError("number: pieces are counted from 1, or from -1 at the end")
        return self

    def of(self, text: str) -> str | None:
        """The piece; None where the text has no such one, or it is blank."""
        pieces = text.split(self.separator)
        if abs(self.number) > len(pieces):
            return None
        return pieces[self.number - 1 if self.number > 0 else self.number].strip() or None


class SpellingRule(BaseModel):
    """In which spelling two texts are one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case: Literal["upper", "lower"] | None = None
    spaces: Literal["collapsed"] | None = None
    """Runs of blanks become one; those around a text are always left out."""

    def of(self, text: str) -> str:
        """The text in this spelling."""
        if self.spaces:
            text = " ".join(text.split())
        if self.case:
            text = text.upper() if self.case == "upper" else text.lower()
        return text


TIME_WORDS: Final = re.compile(r"YYYY|YY|MM|DD|HH|hh|mm|ss|A")
"""The words of a form of times; the longer one where two begin alike."""
_OTHER_LETTERS: Final = re.compile(r"[A-Za-z0-9]")


def _is_time_form(form: str) -> str:
    """A day, and perhaps a time of day, each part once; brackets are closed, and not nested deeper than twice."""
    words = TIME_WORDS.findall(form)
    if len(set(words)) < len(words) or not {"MM", "DD"} <= set(words) or ("YYYY" in words) == ("YY" in words):
        raise ValueError(f"{form!r} is no form of a time: it has YYYY or YY, MM and DD, each once, as in DD.MM.YYYY")
    if ("HH" in words and "hh" in words) or ("hh" in words) != ("A" in words):
        raise ValueError(f"{form!r}: hours are HH, or hh with A for AM and PM")
    if found := _OTHER_LETTERS.search(TIME_WORDS.sub("", form)):
        raise ValueError(f"{form!r}: {found[0]!r} is no word of a form: YYYY, YY, MM, DD, HH, hh, A, mm, ss")
    open_now = 0
    for character in form:
        open_now += (character == "[") - (character == "]")
        if not 0 <= open_now <= 2:  # noqa: PLR2004  as the docstring says
            raise ValueError(f"{form!r}: brackets are closed, and at most two deep")
    if open_now:
        raise ValueError(f"{form!r}: brackets are closed, and at most two deep")
    return form


TimeForm = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_is_time_form)]
"""How a source writes times: `DD.MM.YYYY[ HH:mm[:ss]]`. Each word but YYYY and YY has one or two digits."""

AS_WRITTEN = SpellingRule()
