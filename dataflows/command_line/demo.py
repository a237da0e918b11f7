"""`orderline demo`: the whole product at work for about a minute, with an ERP that fails, and a report to check."""

import argparse
from pathlib import Path

from rich.console import Console

from connectors.kafka_topics import create_topics
from connectors.log import LogFailed
from connectors.topic_reader import open_reader
from dataflows.command_line.demonstration import Demonstration, say
from dataflows.command_line.feed import add_feed
from dataflows.command_line.plan import Plan, is_begun, keep
from dataflows.command_line.where import add_application
from schemas.contracts import load_contracts

_ANSWER_S = 10.0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo",
        help="see everything at work, with a report at the end",
        description="Runs all flows, a feed of orders from every channel, a warehouse and an ERP that fails, shows "
        "them at work, and ends with a report, also in DIR/report.json. A demo that was stopped or killed goes on when "
        "it is started again with the same options.",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: the next free data/demo-N)")
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="run on this Kafka instead of the embedded log")
    add_application(parser)
    add_feed(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run to the end, or go on where a killed run was."""
    plan = Plan(arguments.orders, arguments.seed, arguments.seconds, arguments.bootstrap)
    data = arguments.data or _next_folder(Path("data"))
    console = Console()
    begun = is_begun(data, plan)
    if (data / "report.json").exists():
        report = data / "report.json"
        say(console, f"This demo has ended; its report is {report}. Name another DATA folder to run anew.")
        return 0
    if plan.bootstrap is not None:
        _prepare_topics(plan.bootstrap, begun=begun)
    if not begun:
        keep(data, plan)
    say(console, f"{plan.orders} orders in {plan.seconds} s, seed {plan.seed}, data in {data}")
    return Demonstration(arguments.application, plan, data, console).run()


def _next_folder(parent: Path) -> Path:
    """The first demo that has not ended, or a new one."""
    number = 1
    while (parent / f"demo-{number}" / "report.json").exists():
        number += 1
    return parent / f"demo-{number}"


def _prepare_topics(bootstrap: str, *, begun: bool) -> None:
    """A new demo counts all that lies in the source topics, so they must be empty."""
    create_topics(bootstrap, timeout_s=_ANSWER_S)
    if begun:
        return
    reader = open_reader(None, bootstrap)
    try:
        sources = [topic for topic in load_contracts().topics if topic.startswith("source.")]
        used = [topic for topic in sources if any(reader.ends(topic).values())]
    finally:
        reader.close()
    if used:
        raise LogFailed(
            f"{used[0]} on {bootstrap} holds records already: a new demo begins on an empty broker; "
            "to go on with one, name its DATA folder"
        )
