"""Finds code lists that are named and not there, and codes that every document would be refused for."""

from collections.abc import Iterator
from typing import Final

from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.fields import placed_sources
from schemas.channel_language.mistakes.mistake import Mistake
from schemas.iso_codes import COUNTRIES, UNITS

_STANDARD_LISTS: Final = {
    "unit": (UNITS, "a unit of UN/ECE Recommendation 20, like EA, XBX or KGM"),
    "country": (COUNTRIES | {""}, "a country of ISO 3166, like DE or US"),
}
"""By what a list or a column of a table is called. A country may be empty: the source names no single country."""


def wrong_code_lists(channel: ChannelFile) -> Iterator[Mistake]:
    """A mistake for each."""
    for steps, source in placed_sources(channel):
        if source.codes is not None and source.codes not in channel.code_lists:
            yield Mistake((*steps, "codes"), f"the code list {source.codes!r} is not declared in code_lists")
    for name, codes in channel.code_lists.items():
        table, _, column = name.rpartition(".")
        if column not in _STANDARD_LISTS:
            continue
        standard, what = _STANDARD_LISTS[column]
        for code, meant in codes.items():
            if meant not in standard:
                place = ("tables", table) if table else ("code_lists", name, code)
                yield Mistake(place, f"{f'{column} ' if table else ''}{meant!r} is not {what}")
