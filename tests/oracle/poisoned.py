"""`orderline` with a planted bug: what touches a record or a timer with a certain word in it fails, at one point.

`python -m tests.oracle.poisoned POINT ENDING WORD <arguments of orderline>`. POINT: `map` (a source record is mapped),
`decode` (an inbox record is decoded), `decide` (the order machine applies it) or `fire` (a timer of the order machine
fires); ENDING: `kill` (SIGKILL, as by a fault in native code), `exit` (without a word, as by a library that ends the
process) or `raise`.
"""

import os
import signal
import sys
from collections.abc import Callable

from dataflows.command_line import main as command_line
from operators.machines.orders import OrderMachine
from operators.steps import canonical, decode


def _fail_by(ending: str) -> None:
    if ending == "raise":
        raise LookupError("planted")
    if ending == "exit":
        os._exit(3)
    os.kill(os.getpid(), signal.SIGKILL)


def _plant(point: str, ending: str, word: str) -> None:
    def deadly(function: Callable[..., object], words: Callable[..., object]) -> Callable[..., object]:
        def planted(*arguments: object) -> object:
            if word in str(words(*arguments)):
                _fail_by(ending)
            return function(*arguments)

        return planted

    if point == "map":
        inside = vars(canonical)
        inside["map_with_interchanges"] = deadly(inside["map_with_interchanges"], lambda _, record: record.value)
    elif point == "decode":
        inside = vars(decode)
        inside["read_event"] = deadly(inside["read_event"], lambda record, _: record.value)
    elif point == "fire":
        fire = deadly(OrderMachine.fire, lambda _, __, timer, ___: timer.subject)
        OrderMachine.fire = fire  # type: ignore[method-assign,assignment]
    else:
        apply = deadly(OrderMachine.apply, lambda _, __, event, ___: event.message)
        OrderMachine.apply = apply  # type: ignore[method-assign,assignment]


def main(point: str, ending: str, word: str, *arguments: str) -> int:
    """Run it."""
    _plant(point, ending, word)
    return command_line.main(arguments)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
