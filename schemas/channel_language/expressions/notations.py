"""How a source writes numbers and item ids."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


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


AS_WRITTEN = SpellingRule()
