"""Dead letters are found, shown, written to files, and sent again: by the page that says how, and at its edges."""

import base64
import fnmatch
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

import schemas
from connectors.dead_letter_box import LetterFilter, already_retried, letters_of, original_of, retry_of
from connectors.embedded.store import EmbeddedStore
from connectors.log.dead_letters import RETRIED, dead_letter, gap_letter, read_dead_letter
from connectors.log.port import Gap, Outgoing, Record, TopicPartition
from connectors.topic_reader import open_reader
from dataflows.assembly import topics_for
from demo.channels.small_payloads import jsonl, portal_order
from tests.e2e.commands import Inside, Said

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "repair-dead-letters.md"
PORTAL = "source.portal.v1"
FIRST = TopicPartition(PORTAL, 0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a user works: channel files as they are, and with a mistake in the portal's."""
    monkeypatch.chdir(tmp_path)
    for file in (Path(schemas.__file__).parent / "channels").glob("*.yaml"):
        (tmp_path / "mistaken").mkdir(exist_ok=True)
        mended = file.read_text()
        (tmp_path / "mistaken" / file.name).write_text(
            mended.replace("format: json", "format: x12") if file.stem == "portal" else mended
        )
    return tmp_path


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], folder: Path) -> Inside:
    assert folder.is_dir()
    return Inside(capsys)


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE)


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page with the lines that it prints."""
    for block in blocks("console"):
        for part in block.removeprefix("$ ").split("\n$ "):
            command, *lines = part.splitlines()
            yield command, lines


def agrees(expected: Sequence[str], printed: Sequence[str]) -> bool:
    pattern = "\n".join(expected).replace("[", "[[]").replace("...", "*")
    return fnmatch.fnmatchcase("\n".join(printed), pattern)


def test_the_page_says_what_happens(say: Inside, folder: Path) -> None:
    (folder / "orders.jsonl").write_text(blocks("json")[0])
    found = list(commands())
    assert len(found) == 8
    for command, expected in found:
        said = say(*shlex.split(command)[1:])
        assert 0 == said.code, said
        assert agrees(expected, said.out.splitlines()), f"{command}\n{said.out}"


@pytest.fixture
def dead(say: Inside, folder: Path) -> Inside:
    """Three orders in the dead letters."""
    orders = jsonl(*(portal_order(f"P{number}", {"BOLT": "1"}) for number in range(3)))
    (folder / "orders.jsonl").write_text(orders)
    produced(say)
    assert 0 == say("run", "all", "--data", "d", "--channels", "mistaken", "--until-idle").code
    return say


def produced(say: Inside) -> None:
    assert 0 == say("produce", PORTAL, "--file", "orders.jsonl", "--data", "d").code


def letters(say: Inside, *words: str) -> list[str]:
    said = say("deadletters", "list", "--data", "d", "--json", *words)
    assert 0 == said.code, said
    return [json.loads(line)["letter"] for line in said.out.splitlines()]


def test_letters_are_found_by_topic_source_reason_and_time(dead: Inside) -> None:
    everything = letters(dead)
    assert 3 == len(everything)
    for words in (("--topic", PORTAL), ("--source", "portal"), ("--reason", "isa SEGMENT"), ("--since", "1h")):
        assert everything == letters(dead, *words), words
    for words in (
        ("--topic", "source.amazon.v1"),
        ("--source", "amazon"),
        ("--reason", "nothing of the kind"),
        ("--since", "2999-01-01T00:00:00Z"),
    ):
        assert [] == letters(dead, *words), words
    assert everything[1:2] == letters(dead, everything[1])


def test_a_second_retry_sends_nothing_while_the_first_one_waits_for_the_owner(dead: Inside) -> None:
    first, second = (dead("deadletters", "retry", "--all", "--data", "d").out for _ in range(2))
    assert "3 records sent again; flows must be running to process them\n" in first
    assert second.endswith("0 records sent again, 3 sent before (send them once more with --again)\n")
    assert 0 == dead("run", "all", "--data", "d", "--until-idle").code
    assert "0 records sent again, 3 sent before" in dead("deadletters", "retry", "--all", "--data", "d").out
    assert "3 records sent again" in dead("deadletters", "retry", "--all", "--again", "--data", "d").out


def test_what_is_still_unreadable_is_a_dead_letter_again_and_can_be_sent_once_more(dead: Inside) -> None:
    dead("deadletters", "retry", "--all", "--data", "d")
    assert 0 == dead("run", "all", "--data", "d", "--channels", "mistaken", "--until-idle").code
    assert 6 == len(letters(dead))
    assert "3 records sent again, 3 sent before" in dead("deadletters", "retry", "--all", "--data", "d").out


def test_letters_are_exported_with_their_bytes(dead: Inside, folder: Path) -> None:
    lines = [json.loads(line) for line in dead("deadletters", "export", "--data", "d").out.splitlines()]
    orders = (folder / "orders.jsonl").read_text().splitlines()
    assert orders == [line["value"] for line in lines]
    assert "3 dead letters in out" in dead("deadletters", "export", "--to", "out", "--data", "d").out
    files = [json.loads(line)["file"] for line in (folder / "out" / "letters.jsonl").read_text().splitlines()]
    assert orders == [(folder / "out" / file).read_text() for file in files]


@pytest.mark.parametrize(
    ("words", "reason"),
    (
        (("retry",), "name dead letters (PARTITION/OFFSET), a filter, or --all"),
        (("show", "0/99"), "there is no dead letter deadletters.v1/0/99"),
        (("show", "first"), "'first' is not PARTITION/OFFSET, e.g. 0/12"),
        (("list", "--since", "yesterday"), "'yesterday' is neither a time"),
        (("list", "--since", "99999999999999d"), "is neither a time"),
        (("list", "--source", "portal", "--topic", "orders.inbox.v1"), "leave out --topic"),
        (("list", "--source", "protal"), "no topic 'source.protal.v1' in this log: did you mean source.portal.v1"),
        (
            ("retry", "--topic", "orders.inboks.v1"),
            "no topic 'orders.inboks.v1' in this log: did you mean orders.inbox.v1",
        ),
    ),
)
def test_a_mistake_is_reported_in_one_line(dead: Inside, words: tuple[str, ...], reason: str) -> None:
    said: Said = dead("deadletters", *words, "--data", "d")
    assert 2 == said.code
    assert reason in said.err
    assert 1 == len(said.err.splitlines())


def record(value: bytes | None, offset: int = 0, **headers: bytes) -> Record:
    return Record(PORTAL, 0, offset, 1_000, "key", value, tuple(headers.items()))


def test_a_letter_is_read_as_it_was_written() -> None:
    outgoing = dead_letter(record(b"\xff\xfe", 7, shop=b"s1", reason=b"foreign"), "intake/read", "no text")
    letter = read_dead_letter(Record("deadletters.v1", 2, 5, 2_000, *outgoing[1:4]))
    assert letter is not None
    assert ("deadletters.v1/2/5", f"{PORTAL}/0/7") == (letter.place, letter.original_place)
    assert ("no text", "intake/read", b"\xff\xfe") == (letter.reason, letter.stage, letter.record.value)
    assert (("shop", b"s1"),) == letter.foreign_headers
    assert (False, False) == (letter.is_cut, letter.is_gap)


def test_a_record_that_another_program_wrote_there_is_no_letter() -> None:
    assert read_dead_letter(record(b"1")) is None
    assert read_dead_letter(record(b"1", original_topic=b"t", original_partition=b"x", original_offset=b"1")) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with closing(EmbeddedStore(tmp_path / "d", "orderline", topics_for(1), lambda: 1_000)) as opened:
        yield opened


def retries(store: EmbeddedStore, folder: Path, *letters: Outgoing) -> list[Outgoing | str]:
    store.write(letters, [])
    with closing(open_reader(folder / "d", None)) as reader:
        return [retry_of(reader, letter) for letter in letters_of(reader, LetterFilter())]


def test_the_original_is_sent_with_the_headers_that_its_letter_does_not_have(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    headers = (("ce_id", b"1"), ("traceparent", b"t"), ("shop", b"s"))
    store.write([Outgoing(PORTAL, "key", b"x" * 5_000_000, headers)], [])
    original = store.reader.records(FIRST, 0, 1)[0]
    (sent,) = retries(store, tmp_path, dead_letter(original, "s", "r"))
    assert Outgoing(PORTAL, "key", b"x" * 5_000_000, (*headers, (RETRIED, b"deadletters.v1/0/0")), 0) == sent


def test_the_copy_is_sent_where_the_original_is_gone(store: EmbeddedStore, tmp_path: Path) -> None:
    (sent,) = retries(store, tmp_path, dead_letter(record(b"1", 40, shop=b"s"), "s", "r"))
    assert Outgoing(PORTAL, "key", b"1", (("shop", b"s"), (RETRIED, b"deadletters.v1/0/0")), 0) == sent


def test_the_copy_is_sent_where_another_record_lies_at_its_place(store: EmbeddedStore, tmp_path: Path) -> None:
    store.write([Outgoing(PORTAL, None, b"another")], [])
    (sent,) = retries(store, tmp_path, dead_letter(record(b"mine"), "s", "r"))
    assert isinstance(sent, Outgoing)
    assert b"mine" == sent.value


def test_what_has_no_whole_bytes_any_more_is_not_sent(store: EmbeddedStore, tmp_path: Path) -> None:
    cut = dead_letter(record(b"x" * 5_000_000, 40), "s", "r")
    gap = gap_letter(FIRST, Gap(3, 9, "broken"), "intake/poll")
    assert [
        "the letter is truncated, and the original is deleted: ask the source to send it again",
        "its bytes could not be read: ask the source to send it again",
    ] == retries(store, tmp_path, cut, gap)


def test_what_was_sent_again_is_known_from_the_log_and_from_what_waits(store: EmbeddedStore, tmp_path: Path) -> None:
    store.write([dead_letter(record(b"1", offset), "s", "r") for offset in range(3)], [])
    store.write([Outgoing(PORTAL, None, b"1", ((RETRIED, b"deadletters.v1/0/1"),))], [])
    waiting = [Outgoing(PORTAL, None, b"1", ((RETRIED, b"deadletters.v1/0/2"),))]
    with closing(open_reader(tmp_path / "d", None)) as reader:
        found = list(letters_of(reader, LetterFilter()))
        assert {"deadletters.v1/0/1", "deadletters.v1/0/2"} == already_retried(reader, found, lambda: waiting)
        assert original_of(reader, found[0]) is not None


def test_bytes_that_are_no_text_are_exported_in_base64(
    store: EmbeddedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write([dead_letter(record(b"\xff\x00", 40), "s", "r")], [])
    said = Inside(capsys)("deadletters", "export", "--data", str(tmp_path / "d"))
    assert b"\xff\x00" == base64.b64decode(json.loads(said.out)["value_base64"])
