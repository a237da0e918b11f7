"""Files in a drop folder: taken when they are complete, once, whatever happens, and never by what their names say."""

import json
import os
from pathlib import Path

import pytest

from connectors.files.drop_folder import DropFolder
from domain.identifiers import SourceId
from schemas.channel_language.records import CsvDialect, RecordFormat
from schemas.headers import header
from tests.unit.channels.given import CHANNELS
from tests.unit.files.world import CHANNEL_FILES, EDI, Killed, World, csv_channel

ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*ORDERLINE      *260105*0800*U*00401*000000001*0*P*>~"
EDI_FILE = (
    f"{ISA}GS*PO*BUYER*ORDERLINE*20260105*0800*1*X*004010~ST*850*0001~BEG*00*SA*PO1**20260105~"
    "PO1*1*2*EA*3.20**VN*ORL-1~CTT*1~SE*5*0001~GE*1*1~IEA*1*000000001~"
).encode()
JSON_LINES = CHANNELS[SourceId("portal")].model_copy(update={"format": RecordFormat.JSON_LINES})


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, CHANNEL_FILES[EDI])


def test_a_complete_file_is_sent_once_and_moved(world: World) -> None:
    world.drop("orders.edi", EDI_FILE)
    world.settle()
    world.wait(60)
    (record,) = world.log.records
    assert ("source.edi_wholesale.v1", EDI_FILE) == (record.topic, record.value)
    assert ("orders.edi", "1") == (header(record.headers, "file-name"), header(record.headers, "file-part"))
    assert ([], ["orders.edi"], []) == (world.names("in"), world.names("done"), world.names("failed"))


def test_a_file_is_not_read_before_it_has_not_changed_for_a_time(world: World) -> None:
    file = world.drop("orders.edi", EDI_FILE[:100])
    world.watcher.look()
    world.wait(4.9)
    with file.open("ab") as more:
        more.write(EDI_FILE[100:])
    world.wait(0.2)
    assert [] == world.log.records
    world.wait(4.9)
    assert [] == world.log.records
    world.wait(0.2)
    assert [EDI_FILE] == world.log.values()


def test_a_file_of_the_same_size_that_was_written_again_is_not_complete(world: World) -> None:
    file = world.drop("orders.edi", EDI_FILE)
    world.watcher.look()
    os.utime(file, ns=(1, 1))
    world.wait(5)
    assert [] == world.log.records


@pytest.mark.parametrize("name", ("a.part", "a.PART", "a.tmp", ".hidden", "a.filepart", "a~", "a.edi.partial"))
def test_what_says_that_it_is_unfinished_is_left_alone(world: World, name: str) -> None:
    world.drop(name, EDI_FILE)
    world.settle()
    assert [] == world.log.records
    assert [name] == world.names("in")
    (world.root / "in" / name).rename(world.root / "in" / "a.edi")
    world.settle()
    assert [EDI_FILE] == world.log.values()


def test_a_file_that_changes_while_it_is_read_is_not_sent(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file = world.drop("orders.edi", EDI_FILE)

    def written_to(*_: object) -> list[bytes]:
        with file.open("ab") as more:
            more.write(b"ISA")
        return [EDI_FILE]

    monkeypatch.setattr("connectors.files.dropped.records_in", written_to)
    world.settle()
    assert [] == world.log.records
    assert "it was changed while it was read" in world.reason("orders.edi")


@pytest.mark.parametrize("kill_at", range(4))
def test_a_crash_between_any_two_bundles_loses_and_doubles_nothing(tmp_path: Path, kill_at: int) -> None:
    world = World(tmp_path, JSON_LINES)
    lines = [json.dumps({"number": number}).encode() + b"\n" for number in range(1_600)]
    world.drop("calls.jsonl", b"".join(lines))
    world.log.kill_at = kill_at
    with pytest.raises(Killed):
        world.settle()
    world.start()
    world.settle()
    assert lines == world.log.values()
    assert [str(part) for part in range(1, 1_601)] == [header(each.headers, "file-part") for each in world.log.records]
    assert ["calls.jsonl"] == world.names("done")


def test_a_crash_between_the_last_bundle_and_the_move_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop("orders.edi", EDI_FILE)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(DropFolder, "move_done", killed)
        with pytest.raises(Killed):
            world.settle()
    world.start()
    world.settle()
    assert [EDI_FILE] == world.log.values()
    assert ["orders.edi"] == world.names("done")


def test_a_bundle_that_is_not_taken_is_sent_again(tmp_path: Path) -> None:
    world = World(tmp_path, JSON_LINES)
    lines = [json.dumps({"number": number}).encode() + b"\n" for number in range(1_200)]
    world.drop("calls.jsonl", b"".join(lines))
    world.log.refuse_at = 1
    world.settle()
    assert 500 == len(world.log.records)
    world.wait(1)
    assert lines == world.log.values()


def test_the_same_file_dropped_again_is_another_one_of_the_same_content(world: World) -> None:
    world.drop("orders.edi", EDI_FILE)
    world.settle()
    os.utime(world.drop("orders.edi", EDI_FILE), ns=(7, 7))
    world.settle()
    first, second = world.log.records
    assert header(first.headers, "file-sha256") == header(second.headers, "file-sha256")
    assert header(first.headers, "file-id") != header(second.headers, "file-id")
    assert 2 == len(world.names("done"))


@pytest.mark.parametrize(
    ("content", "why"),
    ((b"", "it is empty"), (b"Dear Sirs", "it cannot be read"), (b"x" * 17_000_000, "raise max_record_bytes")),
)
def test_what_cannot_be_sent_is_kept_with_its_reason(world: World, content: bytes, why: str) -> None:
    world.drop("letter.edi", content)
    world.settle()
    assert [] == world.log.records
    assert ["letter.edi", "letter.edi.reason"] == world.names("failed")
    assert why in world.reason("letter.edi")
    assert content == (world.root / "failed" / "letter.edi").read_bytes()


def test_nothing_is_sent_of_a_file_with_a_part_that_cannot_be(tmp_path: Path) -> None:
    channel = csv_channel(format=RecordFormat.CSV, csv=CsvDialect(), documents=(), max_record_bytes=100)
    world = World(tmp_path, channel)
    world.drop("rows.csv", b"a,b\n" + b"1,2\n" * 2_000 + b"x" * 200 + b"\n")
    world.settle()
    assert [] == world.log.records
    assert "line 2002" in world.reason("rows.csv")


def test_a_symbolic_link_is_refused_unread(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(EDI_FILE)
    (world.root / "in" / "orders.edi").symlink_to(secret)
    world.settle()
    assert [] == world.log.records
    assert "it is a symbolic link" in world.reason("orders.edi")
    assert (world.root / "failed" / "orders.edi").is_symlink()
    assert EDI_FILE == secret.read_bytes()


def test_a_file_that_becomes_a_link_before_it_is_opened_is_not_followed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(EDI_FILE)
    file = world.drop("orders.edi", EDI_FILE)
    real = os.open

    def swapped(path: Path, *given: int) -> int:
        if file == Path(path):
            file.unlink()
            file.symlink_to(secret)
        return real(path, *given)

    monkeypatch.setattr("connectors.files.drop_folder.os.open", swapped)
    world.settle()
    assert [] == world.log.records


def test_a_pipe_holds_nobody_up(world: World) -> None:
    os.mkfifo(world.root / "in" / "orders.edi")
    world.settle()
    assert "it is no file" in world.reason("orders.edi")


def test_a_folder_is_refused(world: World) -> None:
    (world.root / "in" / "orders").mkdir()
    world.settle()
    assert "drop its files one by one" in world.reason("orders")


@pytest.mark.parametrize("name", (b"\xff\xfe.edi", b"new\nline\x1b[2J.edi", b"n" * 255, "ü".encode() * 127))
def test_a_name_is_data(world: World, name: bytes) -> None:
    (world.root / "in" / os.fsdecode(name)).write_bytes(EDI_FILE)
    world.settle()
    (record,) = world.log.records
    shown = header(record.headers, "file-name") or ""
    assert shown.isprintable()
    assert 0 < len(shown) <= 200
    assert [os.fsdecode(name)] == world.names("done")
    (world.root / "in" / os.fsdecode(name)).write_bytes(b"")
    world.settle()
    assert 2 == len(world.names("failed")), "a file with the longest name has its reason too"


def test_a_file_that_is_taken_away_is_no_fault(world: World) -> None:
    file = world.drop("orders.edi", EDI_FILE)
    world.watcher.look()
    file.unlink()
    world.wait(5)
    assert ([], []) == (world.log.records, world.names("failed"))


def test_a_file_without_the_right_to_read_it_is_kept_with_its_reason(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop("orders.edi", EDI_FILE)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(DropFolder, "open", refused)
    world.settle()
    assert "it cannot be read: Permission denied\n" == world.reason("orders.edi")


def test_while_nothing_can_be_sent_files_wait(world: World) -> None:
    world.log.unavailable = "no broker answers"
    world.drop("orders.edi", EDI_FILE)
    world.settle()
    assert ["orders.edi"] == world.names("in")
    world.log.unavailable = None
    world.wait(1)
    assert [EDI_FILE] == world.log.values()


def test_files_are_taken_in_the_order_of_their_times(world: World) -> None:
    for number, name in enumerate(("c.edi", "a.edi", "b.edi"), start=1):
        os.utime(world.drop(name, EDI_FILE), ns=(number, number))
    world.settle()
    assert ["c.edi", "a.edi", "b.edi"] == [header(record.headers, "file-name") for record in world.log.records]
