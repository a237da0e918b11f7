"""A program that says all that it finds around itself, then ends as it is told: `CODE`, `raise` or `wait`."""

import atexit
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def found() -> dict[str, Any]:
    """What a process is given by whoever starts it, and what Python makes of it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "number": os.getpid(),
        "parent": os.getppid(),
        "group is its own": os.getpgid(0) == os.getpid(),
        "session is its own": os.getsid(0) == os.getpid(),
        "session": os.getsid(0) if os.getsid(0) != os.getpid() else None,
        "arguments": sys.argv,
        "path": sys.path,
        "folder": os.getcwd(),  # noqa: PTH109 - what the system says
        "environment": dict(os.environ),
        "name": __name__,
        "main module is itself": sys.modules["__main__"].__dict__ is globals(),
        "file": __file__,
        "files open": sorted(_open_files()),
        "handlers": {number.name: str(signal.getsignal(number)) for number in signal.Signals},
        "blocked and ignored": (status["SigBlk"].strip(), status["SigIgn"].strip()),
        "threads": (threading.current_thread().name, threading.active_count(), status["Threads"].strip()),
        "streams": [(str(each.encoding), each.errors, each.line_buffering) for each in (sys.stdout, sys.stderr)],
        "flags": str(sys.flags),
        "of the tests": sorted(
            name for name in sys.modules if name.split(".")[0] in {"pytest", "_pytest", "hypothesis"}
        ),
    }


def _open_files() -> Iterator[int]:
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers
        if Path(f"/proc/self/fd/{name}").exists() or int(name) <= 2:
            yield int(name)


def main(ending: str) -> int:
    """Say it, and end."""
    sys.stdout.write(f"{json.dumps(found())}\n")
    sys.stdout.flush()
    atexit.register(sys.stdout.write, "and ended in order\n")
    if ending == "raise":
        raise LookupError("as it was told")
    if ending == "wait":
        threading.Event().wait()
    return int(ending)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
