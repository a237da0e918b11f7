"""Senders that dawdle, and such as go away in the middle, hold nobody up."""

import time
from contextlib import ExitStack, suppress
from pathlib import Path

import urllib3

from tests.e2e.ingest.receivers import Receiving, caller_headers, half_request, portal_call, receiving, waiting_values

SLOW = 200
HEAD = b"POST /v1/sources/portal HTTP/1.1\r\nHost: a\r\nX-Slow: "
BODY = (
    b"POST /v1/sources/portal HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    b"Authorization: Bearer the-token-of-the-portal\r\nContent-Length: 1000\r\n\r\n{"
)
HEAD_WITHIN_S = 10.0


def answer_time_s(receiver: Receiving, number: int) -> float:
    began_s = time.monotonic()
    answer = urllib3.request(
        "POST", receiver.url, body=portal_call(number), headers=caller_headers(), retries=False, timeout=30
    )
    assert 202 == answer.status
    return time.monotonic() - began_s


def test_slow_heads_and_half_bodies_do_not_hold_others_up_and_are_given_up(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with receiving(tmp_path, "--data", str(data)) as receiver, ExitStack() as open_:
        heads = [open_.enter_context(half_request(receiver.port, HEAD)) for _ in range(SLOW)]
        bodies = [open_.enter_context(half_request(receiver.port, BODY)) for _ in range(100)]
        began_s = time.monotonic()
        assert max(answer_time_s(receiver, number) for number in range(20)) < HEAD_WITHIN_S / 2
        for connection in bodies:
            connection.close()
        for connection in heads:
            connection.settimeout(3 * HEAD_WITHIN_S)
            with suppress(OSError):
                connection.sendall(b"x")
            with suppress(ConnectionResetError):
                assert b"" == connection.recv(100), "no answer: the connection is closed"
        assert time.monotonic() - began_s < 3 * HEAD_WITHIN_S
        answer_time_s(receiver, 100)
    assert 21 == len(waiting_values(data)), "nothing of a half body is stored"


def test_a_sender_of_too_much_sees_why(tmp_path: Path) -> None:
    with receiving(tmp_path, "--data", str(tmp_path / "data")) as receiver:
        answer = urllib3.request(
            "POST", receiver.url, body=b"[" * 1_000_000, headers=caller_headers(), retries=False, timeout=30
        )
        assert (413, "urn:orderline:problem:too-large") == (answer.status, answer.json()["type"])
