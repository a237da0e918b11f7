"""Compares the control numbers and the counts of envelopes."""


def is_same_number(one: str, other: str) -> bool:
    """Control numbers of ISA and GS are numeric, so leading zeros are ignored; those of ST are texts."""
    return one == other or (one.isascii() and one.isdigit() and one.lstrip("0") == other.lstrip("0"))


def is_number(text: str, number: int) -> bool:
    """Whether a text is that count."""
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) == number  # noqa: PLR2004
