"""Our contracts in an external schema registry."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.schema_registry import RegistryFailed, check, register
from domain.identifiers import ErpId
from domain.messages.ticks import Tick
from schemas.contracts.contracts import load_contracts
from schemas.contracts.released import text_of
from schemas.contracts.source_topics import topics_with
from tests.unit.schemas.registry_double import RegistryDouble, running_registry

TOPICS = load_contracts().topics.values()
VERSIONS = {subject: len(contract.releases) for subject, _, contract in load_contracts().subjects(TOPICS)}
TICK = load_contracts().by_message[Tick].current
TICK_SUBJECT = "orders.inbox.v1-orderline.orders.v1.Tick"


@pytest.fixture
def registry() -> Iterator[RegistryDouble]:
    with running_registry() as running:
        yield running


def test_an_empty_registry_lacks_everything(registry: RegistryDouble) -> None:
    problems = check(registry.url, TOPICS)

    assert len(VERSIONS) + sum(VERSIONS.values()) == len(problems)
    assert f"{TICK_SUBJECT} version 1 is not registered: run `orderline schemas register`" in problems
    assert f"{TICK_SUBJECT} promises the default instead of BACKWARD_TRANSITIVE" in problems


def test_after_registering_every_subject_is_there_with_its_promise(registry: RegistryDouble) -> None:
    lines = register(registry.url, TOPICS)

    assert [] == check(registry.url, TOPICS)
    assert sum(VERSIONS.values()) == len(lines)
    assert f"{TICK_SUBJECT} version 1: id {registry.ids[text_of(TICK.schema)]}" in lines
    accepted = "orders.events.v1-orderline.orders.v1.OrderAccepted"
    assert "FULL_TRANSITIVE" == registry.compatibility[accepted]


def test_the_commands_of_an_erp_without_a_descriptor_have_subjects_too(registry: RegistryDouble) -> None:
    topics = topics_with((), [ErpId("regional")]).values()
    subject = "erp.commands.regional.v1-orderline.dispatch.v1.ErpCommand"
    register(registry.url, TOPICS)

    assert f"{subject} promises the default instead of FULL_TRANSITIVE" in check(registry.url, topics)
    register(registry.url, topics)
    assert [] == check(registry.url, topics)
    assert VERSIONS["erp.commands.main.v1-orderline.dispatch.v1.ErpCommand"] == len(registry.subjects[subject])


def test_registering_twice_changes_nothing(registry: RegistryDouble) -> None:
    assert register(registry.url, TOPICS) == register(registry.url, TOPICS)
    assert VERSIONS == {subject: len(versions) for subject, versions in registry.subjects.items()}


def test_checking_registers_nothing(registry: RegistryDouble) -> None:
    check(registry.url, TOPICS)

    assert {} == registry.subjects
    assert {} == registry.compatibility


def test_another_promise_is_reported(registry: RegistryDouble) -> None:
    register(registry.url, TOPICS)
    registry.compatibility[TICK_SUBJECT] = "NONE"

    assert [f"{TICK_SUBJECT} promises NONE instead of BACKWARD_TRANSITIVE"] == check(registry.url, TOPICS)


def test_a_refusal_is_reported_in_the_words_of_the_registry(registry: RegistryDouble) -> None:
    registry.refusal = (409, {"error_code": 409, "message": "Schema being registered is incompatible"})

    with pytest.raises(RegistryFailed, match="409 Schema being registered is incompatible"):
        register(registry.url, TOPICS)


@pytest.mark.parametrize("answer", (b"<html>", b"[]"))
def test_something_that_is_no_registry_is_reported_as_such(registry: RegistryDouble, answer: Any) -> None:
    registry.refusal = (200, answer)

    with pytest.raises(RegistryFailed, match="is not a schema registry"):
        check(registry.url, TOPICS)


def test_a_server_that_knows_nothing_of_subjects_is_reported_as_such(registry: RegistryDouble) -> None:
    registry.refusal = (404, {})

    with pytest.raises(RegistryFailed, match="is not a schema registry"):
        register(registry.url, TOPICS)


def test_a_user_and_a_password_are_sent_and_never_shown(registry: RegistryDouble) -> None:
    registry.refusal = (401, {"message": "Unauthorized"})

    with pytest.raises(RegistryFailed) as refusal:
        check(registry.url.replace("http://", "http://key:se%40cret@"), TOPICS)

    assert ["Basic a2V5OnNlQGNyZXQ="] == registry.authorization
    assert "401 Unauthorized" in str(refusal.value)
    assert "cret" not in str(refusal.value)


def test_a_registry_that_does_not_answer_is_one_clear_sentence() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(RegistryFailed, match=f"no schema registry answers at {nowhere}"):
            check(nowhere, TOPICS)


@pytest.mark.parametrize("url", ("registry:8081", "ftp://registry", "http://"))
def test_an_address_that_is_none_is_reported(url: str) -> None:
    with pytest.raises(RegistryFailed, match="such as http://HOST:PORT"):
        check(url, TOPICS)
