"""The process that has imported the product and read its channel files; it is forked for each program of a test.

`python -m tests.warm_start.fork_server SOCKET`; it ends with its socket. It has one thread, opens no log and starts no
library's threads, so that a fork of it is like a new interpreter that has just done both.
"""

import gc
import json
import os
import runpy
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final, NamedTuple

PROJECT: Final = Path(__file__).parents[2]
_PRODUCT: Final = ("domain", "schemas", "connectors", "operators", "dataflows")
_BY_COMMANDS_ONLY: Final = ("demo.command_line.demo", "demo.command_line.erp_simulator", "demo.command_line.report")
_PROGRAMS: Final = ("main", "__main__")
"""Modules that are run, and so must not be imported before."""
MOST_BYTES: Final = 128 * 1_024
"""Of a request: longer ones do not fit into the socket."""


class ProgramWanted(NamedTuple):
    """What a program is given: `python -m module *words`, and where it is to run. Sent as JSON, in this order."""

    module: str
    words: list[str]
    folder: str
    environment: dict[str, str]
    new_session: bool


def main(number: int) -> None:
    """Start what is asked for; in a fork: be that program."""
    _import_product()
    requests = socket.socket(fileno=number)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (given := _next(requests)) is not None:
        wanted, streams = given
        program = _fork_for_the_asker()
        if program == 0:
            requests.close()
            _become(wanted, streams)
            return
        for stream in streams:
            os.close(stream)
        requests.send(b"%d" % program)


def _import_product() -> None:
    for name in _PRODUCT:
        for module in walk_packages(import_module(name).__path__, f"{name}."):
            if module.name.rpartition(".")[2] not in _PROGRAMS:
                import_module(module.name)
    for name in _BY_COMMANDS_ONLY:
        import_module(name)
    import_module("dataflows.assembly").load_rules()
    gc.collect()
    gc.freeze()
    threads = list(Path("/proc/self/task").iterdir())
    if len(threads) > 1:
        raise RuntimeError(f"to import the product started {len(threads) - 1} threads: a fork would lack them")


def _next(requests: socket.socket) -> tuple[ProgramWanted, list[int]] | None:
    content, streams, _, _ = socket.recv_fds(requests, MOST_BYTES, 3)
    return (ProgramWanted(*json.loads(content)), streams) if content else None


def _fork_for_the_asker() -> int:
    """Fork a program whose parent is gone, so that the process that asks for it becomes its parent; 0 in the fork."""
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        program = os.fork()
        if program:
            os.write(writing, b"%d" % program)
            os._exit(0)
        os.close(reading)
        os.close(writing)
        return 0
    os.waitpid(between, 0)
    program = int(os.read(reading, 32))
    os.close(reading)
    os.close(writing)
    return program


def _become(wanted: ProgramWanted, streams: list[int]) -> None:
    """Run the program as `python -m` would, with nothing left of the server but what it imported."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]  # as it is made at the start
    if wanted.new_session:
        os.setsid()
    os.chdir(wanted.folder)
    os.environ.clear()
    os.environ.update(wanted.environment)
    sys.path[0] = wanted.folder
    sys.argv[1:] = wanted.words
    sys.modules.pop(wanted.module, None)
    runpy.run_module(wanted.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
