"""Probes and metrics over HTTP: what is answered, and where it can listen."""

import socket

import pytest
import urllib3

from connectors.log.port import LogFailed, MemberStatus
from connectors.observation.observation import Observation
from connectors.observation.observer import FlowStatus
from connectors.observation.server import HttpAddress, parsed_address, serving
from tests.unit.observation.seconds import Seconds

LOCAL = HttpAddress("127.0.0.1", 0)
SERVES = FlowStatus(MemberStatus(is_member=True, lag={}))


def get(address: HttpAddress, path: str) -> tuple[int, str]:
    with urllib3.PoolManager(retries=False) as pool:
        reply = pool.request("GET", f"http://{address}{path}", timeout=5.0)
        return reply.status, reply.data.decode()


def test_the_probes_and_the_metrics_are_served_until_the_end() -> None:
    clock = Seconds()
    observation = Observation(30, clock)
    with serving(observation, LOCAL) as address:
        assert (503, "joining\n") == get(address, "/readyz")
        flow = observation.observer("orders")
        assert (503, "joining\n") == get(address, "/readyz")
        assert (200, "ok\n") == get(address, "/livez")
        flow.report_status(SERVES)
        assert (200, "ok\n") == get(address, "/readyz?verbose")
        clock.now += 31
        assert (503, "no commit gate was passed for 31 s\n") == get(address, "/livez")
        assert 'orderline_ready{flow="orders"} 0.0' in get(address, "/metrics")[1]
        assert (404, "there are /livez, /readyz and /metrics\n") == get(address, "/")
    with pytest.raises(urllib3.exceptions.HTTPError):
        get(address, "/livez")


def test_one_flow_that_is_not_ready_is_named_among_several() -> None:
    observation = Observation(30, Seconds())
    first, second = observation.observer("intake"), observation.observer("orders")
    first.report_status(SERVES)
    assert (503, b"orders: joining\n") == (observation.answer("/readyz").status, observation.answer("/readyz").body)
    second.report_status(SERVES)
    assert (200, b"ok\n") == (observation.answer("/readyz").status, observation.answer("/readyz").body)


def test_a_port_that_is_taken_is_refused_with_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = HttpAddress("127.0.0.1", taken.getsockname()[1])
        reason = rf"cannot listen on {address} \(Address already in use\): choose another --http"
        with pytest.raises(LogFailed, match=reason), serving(Observation(30), address):
            pass


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("127.0.0.1:9464", HttpAddress("127.0.0.1", 9464)),
        ("localhost:0", HttpAddress("localhost", 0)),
        ("[::1]:9464", HttpAddress("::1", 9464)),
    ),
)
def test_an_address_is_a_host_and_a_port(text: str, expected: HttpAddress) -> None:
    assert expected == parsed_address(text)
    assert text == str(expected)


@pytest.mark.parametrize("text", ("", "9464", ":9464", "host:", "host:x", "host:65536", "host:-1", "host:²"))
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not HOST:PORT with a port from 0 to 65535"):
        parsed_address(text)


def test_flows_as_processes_take_one_port_each_while_there_are_ports() -> None:
    assert HttpAddress("h", 9468) == HttpAddress("h", 9464).shifted(4)
    with pytest.raises(LogFailed, match="there is no port 65536 for a flow: choose a lower one"):
        HttpAddress("h", 65_535).shifted(1)
