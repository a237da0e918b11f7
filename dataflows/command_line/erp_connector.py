"""`orderline erp-connector`: calls an ERP and reports the outcomes."""

import argparse
from contextlib import closing

from connectors.erp import connector
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.conversations.known_erps import rules_of
from connectors.erp.http.wire import HttpWire
from connectors.erp.options import ConnectorOptions
from connectors.log.port import LogFailed
from dataflows.command_line.observing import add_http, observation_of, observed
from dataflows.command_line.options.erp_folder import add_erps
from dataflows.command_line.options.put_aside import add_put_aside
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_application, add_where, log_of, open_external
from dataflows.logs import log_as
from dataflows.processes.put_aside_places import require_places
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ERP_RESPONSES, erp_command_topic
from schemas.erp_file import load_erp_file


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline erp-connector`."""
    parser = commands.add_parser(
        "erp-connector",
        help="run the connector of one ERP",
        description="Read the commands for one ERP, make the calls, and write the outcomes to erp.responses.v1.",
    )
    add_where(parser)
    add_application(parser)
    parser.add_argument("erp", nargs="?", default="main", metavar="ERP_ID", help="the ERP to connect (default main)")
    add_erps(parser)
    parser.add_argument("--url", default="http://127.0.0.1:8085", help="URL of the ERP (default %(default)s)")
    parser.add_argument("--workers", type=whole(1, 256), default=16, metavar="N", help="concurrent calls (default 16)")
    add_put_aside(parser)
    add_http(parser)
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run until SIGTERM or SIGINT; the exit code."""
    end_with_parent(wanted=arguments.end_with_parent)
    where, topic = log_of(arguments), erp_command_topic(arguments.erp)
    path = arguments.erps / f"{arguments.erp}.yaml"
    if not path.is_file():
        raise LogFailed(f"no ERP file {path}: is {arguments.erp!r} the erp_id of one, and is --erps its folder?")
    require_places(where, arguments.put_aside, (topic,))
    erp_file, rules = load_erp_file(path), rules_of(path)
    options = ConnectorOptions(
        lease_ms=erp_file.lease_ms,
        call_timeout_ms=erp_file.call_timeout_ms,
        put_aside=tuple(arguments.put_aside),
    )
    name = f"erp-connector-{arguments.erp}"
    log_as(name)
    with observed(observation_of(arguments), name) as observer_of:
        observer = observer_of(name)
        with closing(open_external(where, name, (topic,), (ERP_RESPONSES,), is_child=arguments.end_with_parent)) as log:
            stop = ShutdownSignal().wanted
            wire = HttpWire(arguments.url, arguments.workers, erp_file.call_timeout_ms)
            connector.run(
                log,
                ConversingErp(rules, wire),
                Codec(load_contracts()),
                arguments.erp,
                workers=arguments.workers,
                stop=stop,
                options=options,
                observer=observer,
            )
    return 0
