"""The state folder of one partition: its bytes, its identity, and that it is a prefix of the changelog or refused."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.log.port import LogFailed
from connectors.state.folder import Identity, mark_bad
from connectors.state.position import META_KEY, Meta, Position, decoded_meta, decoded_position, encoded
from connectors.state.store import StateStore

OURS = Identity("orderline", "orders", 3, "topic-id", 1)
META = Meta({"orders.inbox.v1": 300}, "orderline.orders.0", partitions=12)
POSITION = Position(META, 17, 1_700_000_000_000)


def test_a_manifest_that_was_cut_short_is_found_and_the_folder_rebuilt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "00003"
    store = StateStore(folder, OURS)
    manifests: list[bytes] = []
    for number in range(3):
        store.write({b"key%d" % number: b"value"}, POSITION)
        store.flush()
        (manifest,) = (folder / "rocksdb").glob("MANIFEST-*")
        manifests.append(manifest.read_bytes())
    store.close()
    manifest.write_bytes(manifests[0])
    again = StateStore(folder, OURS)
    assert (0, None) == (again.position.next_offset, again.get(b"key0"))
    again.close()
    assert re.search(r"is rebuilt: its manifest does not name \d+\.sst, \d+\.sst", caplog.text)
    assert (tmp_path / "00003.set-aside-1").is_dir()


def test_what_a_compaction_left_over_when_the_process_was_killed_is_no_loss(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "00003"
    store = StateStore(folder, OURS)
    for number in range(2):
        store.write({b"key%d" % number: b"value"}, POSITION)
        store.flush()
    store.close()
    first, _ = sorted((folder / "rocksdb").glob("*.sst"))
    (folder / "rocksdb" / "000001.sst").write_bytes(first.read_bytes())
    again = StateStore(folder, OURS)
    assert (17, b"value") == (again.position.next_offset, again.get(b"key0"))
    again.close()
    assert "" == caplog.text


def test_meta_keeps_its_bytes() -> None:
    golden = bytes.fromhex(
        "0184a76f66667365747381af6f72646572732e696e626f782e7631cd012c"
        "a56f776e6572b26f726465726c696e652e6f72646572732e30a66c61796f757401aa706172746974696f6e730c"
    )
    assert golden == encoded(META)
    assert META == decoded_meta(golden)


def test_meta_of_before_it_knew_the_number_of_partitions_is_read() -> None:
    golden = bytes.fromhex(
        "0183a76f66667365747381af6f72646572732e696e626f782e7631cd012c"
        "a56f776e6572b26f726465726c696e652e6f72646572732e30a66c61796f757401"
    )
    assert Meta({"orders.inbox.v1": 300}, "orderline.orders.0") == decoded_meta(golden)


def test_the_local_position_keeps_its_bytes() -> None:
    golden = bytes.fromhex(
        "0183a46d65746184a76f66667365747381af6f72646572732e696e626f782e7631cd012c"
        "a56f776e6572b26f726465726c696e652e6f72646572732e30a66c61796f757401aa706172746974696f6e730c"
        "ab6e6578745f6f666673657411a861735f6f665f6d73cf0000018bcfe56800"
    )
    assert golden == encoded(POSITION)
    assert POSITION == decoded_position(golden)


def test_meta_of_another_format_or_layout_is_refused() -> None:
    with pytest.raises(LogFailed, match="begins with byte 02"):
        decoded_meta(b"\x02" + encoded(META)[1:])
    with pytest.raises(LogFailed, match="has layout 9"):
        decoded_meta(encoded(Meta({}, "", 9)))


def test_what_was_written_is_there_after_reopening(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "3", OURS)
    assert Position(None, 0, 0) == store.position
    store.write({b"kept": b"1", b"gone": b"1"}, POSITION)
    store.write({b"gone": None}, replace_offset(18))
    store.close()
    again = StateStore(tmp_path / "3", OURS)
    assert replace_offset(18) == again.position
    assert [(b"kept", b"1")] == list(again.scan(b""))
    assert again.get(b"gone") is None
    again.close()


def test_the_position_is_no_part_of_the_state(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "3", OURS)
    store.write({b"\x00A": b"1", b"\x00N": b"2"}, POSITION)
    assert [b"\x00A", b"\x00N"] == [key for key, _ in store.scan(b"\x00")]
    assert [b"\x00N"] == [key for key, _ in store.scan(b"", after=META_KEY, limit=1)]
    store.close()


def test_a_restore_counts_only_once_it_is_flushed(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "3", OURS)
    store.write_restored([(b"a", b"1"), (b"b", b"1"), (b"a", None)], POSITION)
    store.flush()
    store.close()
    again = StateStore(tmp_path / "3", OURS)
    assert POSITION == again.position
    assert [(b"b", b"1")] == list(again.scan(b""))
    again.close()


@pytest.mark.parametrize(
    ("stranger", "named"),
    (
        (replace(OURS, application="other"), "application"),
        (replace(OURS, flow="inventory"), "flow"),
        (replace(OURS, partition=4), "partition"),
        (replace(OURS, changelog_topic_id="another"), "changelog_topic_id"),
        (replace(OURS, layout_version=2), "layout_version"),
    ),
)
def test_a_folder_of_someone_else_is_refused_and_kept(tmp_path: Path, stranger: Identity, named: str) -> None:
    store = StateStore(tmp_path / "3", OURS)
    store.write({b"k": b"v"}, POSITION)
    store.close()
    with pytest.raises(LogFailed, match=f"holds the state of another {named}"):
        StateStore(tmp_path / "3", stranger)
    again = StateStore(tmp_path / "3", OURS)
    assert b"v" == again.get(b"k")
    again.close()


def test_a_folder_with_files_of_unknown_origin_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(LogFailed, match=r"holds files but no identity\.json"):
        StateStore(tmp_path, OURS)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "3", OURS)
    with pytest.raises(LogFailed, match="is in use by another process"):
        StateStore(tmp_path / "3", OURS)
    store.close()


def test_a_folder_marked_bad_is_set_aside(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "3", OURS)
    store.write({b"k": b"v"}, POSITION)
    store.close()
    mark_bad(tmp_path / "3")
    again = StateStore(tmp_path / "3", OURS)
    assert again.get(b"k") is None
    assert (tmp_path / "3.set-aside-1" / "identity.json").exists()
    again.close()


def replace_offset(offset: int) -> Position:
    return Position(META, offset, POSITION.as_of_ms)
