"""The compose file is one, by the compose specification, and what it starts fits together."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from dataflows.assembly import FLOWS
from demo.brokers.jars import KAFKA_VERSION
from tests.deployment.compose import compose, own_services
from tests.deployment.resources import compose_schema

ONE_SHOTS = {"topics", "schemas", "demo", "report"}


def findings(content: Any) -> list[str]:
    errors = Draft202012Validator(compose_schema()).iter_errors(content)
    return [f"{error.json_path}: {error.message}" for error in errors]


def test_it_is_a_compose_file() -> None:
    assert [] == findings(compose())


def test_a_mistake_in_it_would_be_found() -> None:
    content = compose()
    content["services"]["orders"]["volume"] = content["services"]["orders"].pop("volumes")
    (finding,) = findings(content)
    assert "volume" in finding


def test_every_flow_is_a_service() -> None:
    assert set(FLOWS) <= {service["command"][1] for service in own_services().values()}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_keeps_its_state_on_a_volume_of_its_own(flow: str) -> None:
    assert [f"{flow}:/state"] == own_services()[flow]["volumes"]


@pytest.mark.parametrize("name", sorted(own_services()))
def test_every_program_of_ours_can_do_as_little_as_possible(name: str) -> None:
    service = own_services()[name]
    assert service["read_only"]
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]


@pytest.mark.parametrize("name", sorted(own_services()))
def test_what_works_on_is_restarted_and_what_ends_is_not(name: str) -> None:
    assert ("no" if name in ONE_SHOTS else "unless-stopped") == own_services()[name].get("restart", "no")


def test_every_service_waits_for_existing_services_in_a_state_they_can_reach() -> None:
    services = compose()["services"]
    for name, service in services.items():
        for needed, condition in service.get("depends_on", {}).items():
            assert needed in services, f"{name} waits for {needed}"
            match condition["condition"]:
                case "service_healthy":
                    assert "healthcheck" in services[needed]
                case "service_completed_successfully":
                    assert needed in ONE_SHOTS
                case other:
                    pytest.fail(f"{name} waits for {needed} to be {other}")


def test_every_address_is_that_of_a_service() -> None:
    services = compose()["services"]
    for name, service in own_services().items():
        for word in service["command"]:
            host = urlsplit(word).hostname if "://" in word else word.partition(":")[0] if ":9092" in word else None
            assert host is None or host in services, f"{name} calls {word}"


def test_every_volume_is_declared_and_used() -> None:
    content = compose()
    used = {
        volume.partition(":")[0] for service in content["services"].values() for volume in service.get("volumes", ())
    }
    assert content["volumes"].keys() == used


def test_kafka_is_the_one_that_is_tested() -> None:
    assert f"apache/kafka:{KAFKA_VERSION}" == compose()["services"]["kafka"]["image"]


def test_ports_are_open_to_this_machine_only() -> None:
    ports = [port for service in compose()["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
