"""Reads JSON (RFC 8259) into a document, or a list of them; hostile text raises `UnreadableRecord` and nothing else.

Numbers stay texts: no float is ever made, so 0.1 is 0.1 and 10^400 is harmless. A number with an exponent is expanded,
because an id may be one (8.2E3 is order 8200), unless it would be longer than 28 digits. Refused: NaN
and Infinity, a key written twice in one object, text that is not Unicode (lone surrogates), nesting deeper than 32, and
a root that is neither an object nor a list.
"""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Final, NoReturn

from connectors.formats.documents import JsonNumber, SourceDocument, SourceNode
from connectors.formats.outcomes import UnreadableRecord

DEEPEST: Final = 32
"""The most levels of nested objects and lists."""
_LONGEST_WRITTEN_OUT: Final = 28
_SMALL_EXPONENT: Final = re.compile(r"[^eE]+[eE][+-]?[0-9]{1,2}")


def read_json(text: str, *, marks_numbers: bool = False) -> SourceDocument | list[SourceNode]:
    """The object or list in the text; `marks_numbers` tells its numbers (`JsonNumber`) from texts that look alike."""
    try:
        node: SourceNode = json.loads(
            text,
            parse_float=_marked if marks_numbers else _written_out,
            parse_int=JsonNumber if marks_numbers else str,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise UnreadableRecord(f"nested deeper than {DEEPEST}") from None
    except json.JSONDecodeError as error:
        raise UnreadableRecord(f"not JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(node, dict | list):
        raise UnreadableRecord("the root is neither a JSON object nor a list")
    if "\\ud" in text or "\\uD" in text:
        _refuse_lone_surrogates(node)
    _refuse_depth(node)
    return node


def _written_out(text: str) -> str:
    """Expand the exponent, exactly; a number that would be too long stays as it is, and numeric fields refuse it."""
    if len(text) > _LONGEST_WRITTEN_OUT or not _SMALL_EXPONENT.fullmatch(text):
        return text
    number = Decimal(text)
    return f"{number:f}" if abs(number.adjusted()) < _LONGEST_WRITTEN_OUT else text


def _marked(text: str) -> JsonNumber:
    return JsonNumber(_written_out(text))


def _object(pairs: list[tuple[str, SourceNode]]) -> SourceDocument:
    document = dict(pairs)
    if len(document) != len(pairs):
        repeated = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise UnreadableRecord(f"the key {repeated[:40]!r} is written twice in one object")
    return document


def _refuse_constant(name: str) -> NoReturn:
    raise UnreadableRecord(f"{name} is not a JSON number")


def _refuse_lone_surrogates(node: SourceNode) -> None:
    try:
        json.dumps(node, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnreadableRecord("holds half of a surrogate pair, which is not Unicode text") from None
    except RecursionError:
        raise UnreadableRecord(f"nested deeper than {DEEPEST}") from None


def _refuse_depth(root: SourceDocument | list[SourceNode]) -> None:
    """Checks the depth level by level, without recursion."""
    level: list[SourceDocument | list[SourceNode]] = [root]
    for _ in range(DEEPEST + 1):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise UnreadableRecord(f"nested deeper than {DEEPEST}")
