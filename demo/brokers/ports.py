"""Ports of this machine that a broker may listen on, and be found on again after a restart.

They lie below the range that the system hands to outgoing connections (from 32768 on Linux):
there, a client that keeps calling a killed broker may be given the broker's own port.
"""

import secrets
import socket

HOST = "127.0.0.1"
_LOWEST = 20_000
_HIGHEST = 32_000


def is_free(port: int) -> bool:
    """Whether a listener could have the port now."""
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> tuple[int, ...]:
    """Distinct free ports, picked at random so that two test runs seldom collide."""
    span = _HIGHEST - _LOWEST
    start = secrets.randbelow(span)
    candidates = (_LOWEST + (start + step) % span for step in range(span))
    found = tuple(port for port, _ in zip(filter(is_free, candidates), range(count), strict=False))
    if len(found) < count:
        raise OSError(f"fewer than {count} free ports between {_LOWEST} and {_HIGHEST}")
    return found
