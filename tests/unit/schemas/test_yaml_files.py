"""What YAML means here, and what of it is refused, with the place."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas import yaml_files
from schemas.yaml_files import YamlFileInvalid, parse_yaml, read_yaml

PIECES = (
    *":-?[]{},#&*!|>'\"%@` \t\n\r\\~\x00\x07\x7f\x85\u2028\ufeff\ud800é😀ab1",
    *(": ", "- ", "\n  ", "\n- ", "? ", "\n---\n", "\n...\n", "%YAML 1.1\n", '"\\x41"', '"\\q"', "key: value\n"),
    *("|\n a\n", ">-\n b\n", "# c\n", "<<: ", "a:b", "[a: b]", "{a: 1}", '"a\n b"', "&a b", "*a", "!!str x", "!"),
)

RELEASED = sorted(Path(yaml_files.__file__).parent.rglob("*.yaml"))
DEEP = "[" * 40 + "]" * 40
LAUGHS = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


@pytest.mark.parametrize(
    ("written", "value"),
    (
        ("NO", "NO"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("2026-11-28", "2026-11-28"),
        ("2026-11-28T09:00:00Z", "2026-11-28T09:00:00Z"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("=", "="),
        ("'1'", "1"),
        ('"true"', "true"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("86400000", 86_400_000),
        ("[NO, 1, {SE: 2}]", ["NO", 1, {"SE": 2}]),
        ("|\n  true\n", "true\n"),
    ),
)
def test_a_value_means_what_it_looks_like(written: str, value: Any) -> None:
    read = parse_yaml(f"field: {written}", "a.yaml").content["field"]

    assert (type(value), value) == (type(read), read)


@pytest.mark.parametrize("key", ("NO", "yes", "12:30", "007", "1", "null", "true"))
def test_a_key_is_text_as_it_is_written(key: str) -> None:
    assert {key: "x"} == parse_yaml(f"{key}: x", "a.yaml").content


@pytest.mark.parametrize(
    ("text", "refusal"),
    (
        ("a: 1\nb: 2\na: 3", "a.yaml:3:1: a: is written twice"),
        ("a:\n  - b: 1\n    b: 2", "a.yaml:3:5: b: is written twice"),
        ("a: 1\n'a': 2", "a.yaml:2:1: a: is written twice"),
        (LAUGHS, "a.yaml:1:4: not YAML: anchors and aliases are refused: write the value out"),
        ("a: 1\nb: *a", "a.yaml:2:4: not YAML: anchors and aliases are refused: write the value out"),
        ("a: 1\n<<: *a", "a.yaml:2:5: not YAML: anchors and aliases are refused: write the value out"),
        ("a: !!python/object:os.system x", "a.yaml:1:4: not YAML: tags are refused"),
        ("a: !!str 1", "a.yaml:1:4: not YAML: tags are refused"),
        (f"a: {DEEP}", "a.yaml:1:35: not YAML: nested deeper than 32"),
        ("a: [1\nb: 2", "a.yaml:2:2: not YAML: expected ',' or ']', but got ':'"),
        (
            "a: 1\n---\nb: 2",
            "a.yaml:2:1: not YAML: expected a single document in the stream but found another document",
        ),
        ("a: 1\nb:\t\x07", "a.yaml:2:4: not YAML: the character U+0007 is not allowed"),
        ("? [a, b]\n: 1", "a.yaml:1:3: a key must be text"),
        ("- a", "a.yaml:1:1: must be a mapping of fields, one `field: value` a line"),
        ("", "a.yaml:1:1: must be a mapping of fields, one `field: value` a line"),
        ("just words", "a.yaml:1:1: must be a mapping of fields, one `field: value` a line"),
    ),
)
def test_what_says_two_things_or_nothing_is_refused_with_its_place(text: str, refusal: str) -> None:
    with pytest.raises(YamlFileInvalid) as refused:
        parse_yaml(text, "a.yaml")

    assert refusal == str(refused.value)


def test_a_file_that_is_not_text_or_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(YamlFileInvalid, match=r"a\.yaml:2:4: not UTF-8"):
        read_yaml(file)

    file.write_bytes(b"a: " + b"x" * 1_048_576)
    with pytest.raises(YamlFileInvalid, match=r"a\.yaml: 1048579 bytes, more than the 1048576 that are read"):
        read_yaml(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(YamlFileInvalid, match=r"none\.yaml: cannot be read: No such file"):
        read_yaml(tmp_path / "none.yaml")


def as_read(text: str) -> object:
    try:
        return parse_yaml(text, "a.yaml").content
    except YamlFileInvalid as refused:
        return str(refused)


@example(text="1\t", in_a_field=True)
@example(text="|#", in_a_field=True)
@example(text="> # a\n a", in_a_field=True)
@example(text="a\ufeff\t", in_a_field=True)
@example(text="%YAML 1.2\n---\na: b", in_a_field=False)
@example(text="? a\n", in_a_field=False)
@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.booleans())
def test_what_is_read_quickly_is_what_pyyaml_reads(text: str, in_a_field: bool) -> None:
    text = f"field: {text}" if in_a_field else text
    quickly = as_read(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_files, "_QuickComposer", yaml_files._Composer)
        assert as_read(text) == quickly


@pytest.mark.parametrize("file", RELEASED, ids=lambda file: file.name)
def test_a_file_of_the_release_is_read_quickly(file: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_files, "_Composer", None)
        assert read_yaml(file).content
