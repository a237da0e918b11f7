"""What each source sends, and what becomes of it: examples of ours, with the canonical messages kept beside them."""

from pathlib import Path

import pytest

from domain.identifiers import SourceId
from tests.unit.channels.sources.golden import GOLDEN, examples, golden_of, shown

EXAMPLES = tuple(examples())


@pytest.mark.parametrize(("source_id", "path"), EXAMPLES, ids=[f"{source}-{path.stem}" for source, path in EXAMPLES])
def test_an_example_becomes_what_is_kept_of_it(source_id: SourceId, path: Path) -> None:
    kept = golden_of(source_id, path)
    assert kept.is_file(), "write it with `python -m tests.unit.channels.sources.golden`"
    assert kept.read_text(encoding="utf-8") == shown(source_id, path)


def test_nothing_is_kept_of_an_example_that_is_gone() -> None:
    assert {golden_of(source_id, path) for source_id, path in EXAMPLES} == set(GOLDEN.rglob("*.txt"))


def test_examples_are_taken_and_refused() -> None:
    """A file that takes everything, or nothing, has no examples of the other kind."""
    found = {
        source_id: [
            golden_of(source_id, path).read_text(encoding="utf-8")
            for _, path in EXAMPLES
            if path.parent.name == source_id
        ]
        for source_id, _ in EXAMPLES
    }
    for source_id, texts in found.items():
        assert any(text.startswith(("refused", "cannot be read")) for text in texts), source_id
        assert any(text[:1].isupper() for text in texts), source_id
