"""Every schema version has its id for ever, and every new one keeps what its topics promise."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.avro.avro_files import SCHEMAS, BadSchema
from schemas.contracts.contracts import load_contracts, read_contracts
from schemas.contracts.lock import current_schemas, incompatibilities, lock, unreleased
from schemas.contracts.released import FIRST_ID, read_releases, text_of
from schemas.contracts.topics import load_topics

STATUS = "orderline.orders.v1.OrderAccepted"
INTERNAL = "orderline.orders.v1.Tick"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's contracts, free to be changed."""
    return Path(shutil.copytree(SCHEMAS, tmp_path / "schemas", ignore=shutil.ignore_patterns("*.py", "examples")))


def change(root: Path, record: str, **changes: Any) -> None:
    area, name = record.split(".")[1::2]
    path = root / area / f"{name}.avsc"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def fields(root: Path, record: str) -> list[dict[str, Any]]:
    area, name = record.split(".")[1::2]
    found: list[dict[str, Any]] = json.loads((root / area / f"{name}.avsc").read_text())["fields"]
    return found


def test_every_contract_file_is_released_as_it_is() -> None:
    stale = unreleased(current_schemas(SCHEMAS, load_topics()), read_releases())

    assert () == stale, "run `python -m schemas.contracts.lock`"


def test_every_released_version_keeps_what_its_topics_promise() -> None:
    assert [] == incompatibilities(read_releases(), load_topics())


def test_ids_count_from_a_million_and_none_is_given_twice() -> None:
    ids = [release.schema_id for release in read_releases()]

    assert len(ids) == len(set(ids))
    assert min(ids) >= FIRST_ID == 1_000_000


def test_locking_again_changes_nothing(copy: Path) -> None:
    before = (copy / "ids.lock").read_bytes()

    assert () == lock(copy)
    assert before == (copy / "ids.lock").read_bytes()


def test_a_changed_file_without_a_new_lock_is_not_used(copy: Path) -> None:
    change(copy, INTERNAL, doc="Something else.")

    with pytest.raises(BadSchema, match=rf"{INTERNAL}: run `python -m schemas\.contracts\.lock`"):
        read_contracts(copy)


def test_a_new_version_gets_the_next_id_and_the_old_one_keeps_its_own(copy: Path) -> None:
    old = load_contracts().by_record[INTERNAL].current
    last = max(release.schema_id for release in read_releases())
    change(copy, INTERNAL, fields=[*fields(copy, INTERNAL), {"name": "why", "type": "string", "default": ""}])

    (new,) = lock(copy)

    assert (last + 1, 2) == (new.schema_id, new.version)
    assert (old, new) == read_contracts(copy).by_record[INTERNAL].releases


def test_a_field_without_default_cannot_be_added_since_old_records_lack_it(copy: Path) -> None:
    change(copy, INTERNAL, fields=[*fields(copy, INTERNAL), {"name": "why", "type": "string"}])

    with pytest.raises(BadSchema, match="version 2 cannot read version 1: why: is not written and has no default"):
        lock(copy)
    assert len(read_releases()) == len(read_releases(copy))


def test_a_field_without_outside_readers_may_be_removed(copy: Path) -> None:
    change(copy, INTERNAL, fields=[*fields(copy, INTERNAL), {"name": "why", "type": "string", "default": ""}])
    lock(copy)
    change(copy, INTERNAL, fields=fields(copy, INTERNAL)[:1])

    assert [3] == [release.version for release in lock(copy)]


def test_a_field_that_subscribers_read_may_not_go(copy: Path) -> None:
    change(copy, STATUS, fields=fields(copy, STATUS)[:1])

    with pytest.raises(BadSchema, match="cannot be read by version 1: cause_event_id: is not written"):
        lock(copy)


def test_a_new_version_is_held_against_all_before_it_not_only_the_last(copy: Path) -> None:
    start = fields(copy, INTERNAL)
    change(copy, INTERNAL, fields=[*start, {"name": "why", "type": "string", "default": ""}])
    lock(copy)
    change(copy, INTERNAL, fields=[*start, {"name": "why", "type": "string"}])

    with pytest.raises(BadSchema, match="version 3 cannot read version 1"):
        lock(copy)


def test_a_released_text_never_changes(copy: Path) -> None:
    path = copy / "released" / INTERNAL / "1.avsc"
    path.write_text(path.read_text().replace("due_at_ms", "due_at"))

    with pytest.raises(BadSchema, match="a released version never changes"):
        read_contracts(copy)


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.lists(st.text())))
def test_the_text_that_is_hashed_is_json_without_blanks(schema: dict[str, Any]) -> None:
    assert json.dumps(schema, separators=(",", ":"), ensure_ascii=False) == text_of(schema)


def test_what_was_released_for_a_record_that_no_topic_carries_any_more_stays_in_the_lock(copy: Path) -> None:
    (copy / "topics" / "warehouse.commands.v1.yaml").unlink()
    dropped = "orderline.warehouse.v1.WarehouseCancelCommanded"

    lock(copy)

    assert dropped in {release.record for release in read_releases(copy)}
    assert dropped not in read_contracts(copy).by_record
