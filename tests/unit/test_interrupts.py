"""The suite may run in the background of a script, where SIGINT is ignored, also by every program that it starts."""

import signal
import subprocess
import sys

_ENDS_WITHIN_S = 60


def test_a_program_that_a_test_starts_can_be_interrupted() -> None:
    waiting = "print('waits', flush=True); import threading; threading.Event().wait()"
    with subprocess.Popen(
        [sys.executable, "-c", waiting], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as program:
        try:
            assert program.stdout is not None
            assert b"waits\n" == program.stdout.readline()
            program.send_signal(signal.SIGINT)
            assert -signal.SIGINT == program.wait(_ENDS_WITHIN_S)
        finally:
            program.kill()
