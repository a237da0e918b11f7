"""A program of ours as a process of its own that starts warm: to its test it is any other child of it."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, AnyStr, Final

from tests.warm_start.fork_server import MOST_BYTES, PROJECT, ProgramWanted

ENVIRONMENT: Final = {"PYTHONPATH": str(PROJECT)}
_READ_AT_THE_START: Final = ("PYTHON", "LANG", "LC_", "TZ")
"""What the names of variables begin with that an interpreter reads before it runs a program."""
_PR_SET_CHILD_SUBREAPER: Final = 36


class WarmProcess(subprocess.Popen[AnyStr]):
    """`Popen` of `python -m MODULE *words` with `ENVIRONMENT`: the same process, but that its imports are made already.

    It is a child of this process, with its own number, streams, signals and end. What a test says about the start
    itself (`-c`, another interpreter, other variables that Python reads, a limit set before the start) starts cold.
    """

    def _execute_child(  # noqa: PLR0913, PLR0917 - Popen calls it so
        self,
        args: Sequence[str],
        executable: str | None,
        preexec_fn: Callable[[], Any] | None,
        close_fds: bool,
        pass_fds: Sequence[int],
        cwd: str | os.PathLike[str] | None,
        env: Mapping[str, str] | None,
        startupinfo: object,
        creationflags: int,
        shell: bool,
        p2cread: int,
        p2cwrite: int,
        c2pread: int,
        c2pwrite: int,
        errread: int,
        errwrite: int,
        restore_signals: bool,
        gid: object,
        gids: object,
        uid: object,
        umask: int,
        start_new_session: bool,
        process_group: int,
    ) -> None:
        del startupinfo, creationflags, restore_signals
        interpreter, option, module, *words = args
        environment = {**os.environ, **ENVIRONMENT} if env is None else dict(env)
        asked_for_more = (executable, preexec_fn, gid, gids, uid, *pass_fds), (shell, umask + 1, process_group + 1)
        if (interpreter, option) != (sys.executable, "-m") or any(map(any, asked_for_more)) or not close_fds:
            raise ValueError(f"only Popen can start this: {args}")
        wanted = ProgramWanted(module, words, str(cwd or Path.cwd()), environment, start_new_session)
        streams = [given if given != -1 else own for own, given in enumerate((p2cread, c2pwrite, errwrite))]
        try:
            self.pid = _server().start(wanted, streams)
        finally:
            self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)  # type: ignore[attr-defined]
        self._child_created = True


class _Server:
    """This process's fork server; it ends with this process."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._environment = {**os.environ, **ENVIRONMENT}
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.warm_start.fork_server", str(theirs.fileno())],
                cwd=PROJECT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(self, wanted: ProgramWanted, streams: Sequence[int]) -> int:
        """A program that is a child of this process; its number."""
        differs = _read_at_the_start(self._environment) ^ _read_at_the_start(wanted.environment)
        request = json.dumps(wanted).encode()
        if differs or len(request) > MOST_BYTES:
            raise ValueError(f"only Popen can start this: {wanted.module} with {dict(differs)}")
        with self._one_at_a_time, _adopting():
            socket.send_fds(self._requests, [request], streams)
            return int(self._requests.recv(32))


@cache
def _server() -> _Server:
    return _Server()


def _read_at_the_start(environment: Mapping[str, str]) -> set[tuple[str, str]]:
    return {(name, value) for name, value in environment.items() if name.startswith(_READ_AT_THE_START)}


@contextmanager
def _adopting() -> Iterator[None]:
    """Within the block a descendant that loses its parent becomes a child of this process."""
    control = ctypes.CDLL(None, use_errno=True).prctl
    control(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        control(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def run_warm(command: Sequence[str], seconds: float, folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """A program that starts warm, to its end; killed, and an error, when it takes longer."""
    pipe = subprocess.PIPE
    with WarmProcess(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            out, errors = process.communicate(timeout=seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, errors)
