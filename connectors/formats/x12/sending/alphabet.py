"""The characters that a partner takes: those of its character set, without its delimiters and control characters.

Text for people (names, streets, descriptions) is fitted: a delimiter becomes a blank, a letter that the character set
does not have its base letter, any other one a question mark. A number or code that names something is never changed,
because it would name something else: `None` says that it cannot be written.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th", "€": "EUR",
        "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "...",
    }
)  # fmt: skip
"""What is not a letter with a mark."""
_BLANKS: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Unicode categories: control and format characters, separators."""


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Of one partner. `encoding` is the name of a Python codec: ascii, latin-1, utf-8."""

    delimiters: Collection[str]
    """Characters that no text can have; EDIFACT has none, because it can release them."""
    encoding: str
    only: frozenset[str] = frozenset()
    """The characters of a set that is smaller than its encoding; empty: all of it."""

    def text(self, text: str) -> str:
        """For people to read: everything is fitted, and there are no blanks at its ends or beside each other."""
        if not self._is_plain(text):
            text = "".join(map(self._fitted, unicodedata.normalize("NFC", text)))
        return " ".join(text.split())

    def name(self, text: str) -> str | None:
        """Exactly this, or None. Blanks at its ends mean nothing in X12."""
        text = text.strip()
        return text if self._is_plain(text) or all(map(self._has, text)) else None

    def _is_plain(self, text: str) -> bool:
        """Whether any partner could take it: most texts, and asking this costs a tenth of looking at each letter."""
        if self.only:
            return self.only.issuperset(text)
        return text.isascii() and text.isprintable() and not any(each in text for each in self.delimiters if each)

    def _fitted(self, letter: str) -> str:
        if letter in self.delimiters or unicodedata.category(letter) in _BLANKS:
            return " "
        if self._has(letter):
            return letter
        plain = unicodedata.normalize("NFKD", letter.translate(_LETTERS))
        found = "".join(part for part in plain if not unicodedata.combining(part))
        for each in (found, found.upper()):
            if each and all(map(self._has, each)):
                return each
        return "?"

    def _has(self, letter: str) -> bool:
        if letter in self.delimiters or (letter != " " and unicodedata.category(letter) in _BLANKS):
            return False
        if self.only:
            return letter in self.only
        try:
            letter.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True
