"""`python -m demo.brokers`: a Kafka in the foreground for a developer, until Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path

from demo.brokers.cluster import KafkaCluster
from demo.brokers.jars import KAFKA_VERSION, KAFKA_VERSIONS, JarError, ensure_jars
from demo.brokers.kept_classes import ensure_classes
from demo.brokers.node import BrokerError
from demo.brokers.ports import is_free

_USUAL_PORT = 19092

_NEXT = """\
Kafka {version} is up ({nodes}).

  address   {bootstrap}
  data      {data}

Next, in another terminal:

  orderline topics create --bootstrap {bootstrap}
  orderline demo --bootstrap {bootstrap}

Ctrl-C ends it.
"""


def main(arguments: list[str] | None = None) -> int:
    """Start, say where it is and what to do next, wait for the end; the exit code."""
    options = _parser().parse_args(arguments)
    if options.port is not None and not is_free(options.port):
        return _refuse(f"port {options.port} is taken: name another with --port, or leave it out")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        ensure_classes(ensure_jars(options.version, announce=_say), announce=_say)
        _say("Starting Kafka ...")
        with _cluster_of(options) as cluster:
            _say(_invitation_of(options, cluster.bootstrap))
            _wait_for_the_end(cluster, options.nodes)
    except KeyboardInterrupt:
        _say("Kafka has ended.")
    except (BrokerError, JarError, OSError) as error:
        return _refuse(str(error))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo.brokers", description=__doc__)
    parser.add_argument("--nodes", type=int, choices=(1, 3), default=1, help="brokers to start (default 1)")
    parser.add_argument("--directory", type=Path, help="keep data and logs here (default: gone at the end)")
    parser.add_argument("--port", type=int, help=f"client port (default {_USUAL_PORT} if free, else any)")
    parser.add_argument(
        "--version", choices=KAFKA_VERSIONS, default=KAFKA_VERSION, help="of Kafka (default %(default)s)"
    )
    return parser


def _cluster_of(options: argparse.Namespace) -> KafkaCluster:
    port = options.port or _usual_port()
    return KafkaCluster(options.nodes, options.directory, port, version=options.version)


def _usual_port() -> int | None:
    return _USUAL_PORT if is_free(_USUAL_PORT) else None


def _invitation_of(options: argparse.Namespace, bootstrap: str) -> str:
    return _NEXT.format(
        version=options.version,
        nodes="one node" if options.nodes == 1 else f"{options.nodes} nodes",
        bootstrap=bootstrap,
        data="in a temporary folder, gone at the end" if options.directory is None else f"kept in {options.directory}",
    )


def _wait_for_the_end(cluster: KafkaCluster, nodes: int) -> None:
    """Until a signal comes or a broker dies; then shut down in order, so that kept data needs no repair."""
    try:
        cluster.wait_for_a_death()
    finally:
        for node in range(1, nodes + 1):
            cluster.stop_node(node)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _refuse(reason: str) -> int:
    sys.stderr.write(f"error: {reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
