"""`orderline demo`: the whole product for about a minute, with an ERP that fails, and a report to check."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from connectors.kafka.topics import create_topics
from connectors.log.port import LogFailed
from connectors.topic_reader import open_reader
from dataflows.command_line.where import add_application, add_kafka_options, kafka_options_of
from dataflows.logs import log_as
from dataflows.processes.say import say
from demo.command_line import feed, year_feed
from demo.command_line.year_on_data_clock import YearOnDataClock
from demo.online_retail.survey import survey
from demo.performance.demonstration import Demonstration
from demo.performance.performance import Performance
from demo.performance.plan import Clock, Plan, Year, holds_plan, is_begun, keep
from demo.performance.seeded_performance import SeededPerformance
from demo.performance.year_performance import YearPerformance
from schemas.contracts.source_topics import release_sources

_ANSWER_S = 10.0


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo",
        help="run the whole system for a minute, and print a report",
        description="Run all flows with simulated channels, a simulated warehouse and an ERP that fails, show what "
        "happens live, and end with a report, also written to DIR/report.json. A demo that was stopped or killed "
        "continues when it is started again with the same options.",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: the next free data/demo-N)")
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="run on this Kafka instead of the embedded log")
    add_kafka_options(parser)
    add_application(parser)
    feed.add_options(parser)
    year_feed.add_options(parser)
    parser.add_argument(
        "--clock",
        choices=[clock.value for clock in Clock],
        default=Clock.WALL.value,
        help="clock of a replay: wall, as fast as it can, or data, the file's own time, which gives the same bytes "
        "every time (default wall)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run to the end, or resume a run that was killed."""
    log_as("demo")
    console = Console()
    plan = _plan_of(arguments)
    cannot_resume = plan.year is not None and plan.year.clock is Clock.DATA
    data = arguments.data or _next_folder(Path("data"), always_new=cannot_resume)
    begun = is_begun(data, plan)
    if (data / "report.json").exists():
        report = data / "report.json"
        say(console, f"This demo has ended; its report is {report}. Name another DATA folder to start a new one.")
        return 0
    if cannot_resume:
        return _on_data_clock(arguments.application, plan, data, console, begun=begun)
    performance, words = _performance_of(plan, data)
    if plan.bootstrap is not None:
        _prepare_topics(plan.bootstrap, plan.options(), begun=begun)
    if not begun:
        keep(data, plan)
    say(console, f"{words}, seed {plan.seed}, data in {data}")
    return Demonstration(arguments.application, plan, data, console, performance).run()


def _on_data_clock(application: str, plan: Plan, data: Path, console: Console, *, begun: bool) -> int:
    if begun:
        raise LogFailed(
            f"{data} holds an interrupted year on the file's clock, which cannot be resumed: name another folder"
        )
    world = YearOnDataClock(application, plan, data, console)
    keep(data, plan)
    return world.run()


def _plan_of(arguments: argparse.Namespace) -> Plan:
    kafka_options_of(arguments)
    file = None if arguments.kafka_options is None else str(arguments.kafka_options.resolve())
    if arguments.csv is None:
        if arguments.clock != Clock.WALL or arguments.invoices is not None:
            raise LogFailed("--clock and --invoices are of a year: name its file with --csv")
        return Plan(arguments.orders, arguments.seed, arguments.seconds, arguments.bootstrap, kafka_options=file)
    year = Year(str(arguments.csv.resolve()), arguments.invoices, Clock(arguments.clock))
    if year.clock is Clock.DATA and arguments.bootstrap is not None:
        raise LogFailed("a Kafka has its own clock: --clock data works on the embedded log only")
    return Plan(0, arguments.seed, 0, arguments.bootstrap, year, file)


def _performance_of(plan: Plan, data: Path) -> tuple[Performance, str]:
    """What the demo runs, and its name in words; refuses a file that is not a year."""
    if plan.year is None:
        return SeededPerformance(plan), f"{plan.orders} orders in {plan.seconds} s"
    control = survey(Path(plan.year.csv), plan.year.invoices)
    performance = YearPerformance(data, plan.year, control, is_embedded=plan.bootstrap is None)
    return performance, f"{control.invoices:,} invoices with {control.rows:,} rows"


def _next_folder(parent: Path, *, always_new: bool) -> Path:
    """The first unfinished demo with this plan, or a new folder; always a new one for a plan that cannot resume."""
    number = 1
    while (parent / f"demo-{number}" / "report.json").exists() or (
        always_new and holds_plan(parent / f"demo-{number}")
    ):
        number += 1
    return parent / f"demo-{number}"


def _prepare_topics(bootstrap: str, options: Mapping[str, str], *, begun: bool) -> None:
    """Refuse source topics with records in them, because a new demo counts all of them."""
    create_topics(bootstrap, timeout_s=_ANSWER_S, options=options)
    if begun:
        return
    reader = open_reader(None, bootstrap, options=options)
    try:
        used = [topic for topic in release_sources() if any(reader.ends(topic).values())]
    finally:
        reader.close()
    if used:
        raise LogFailed(
            f"{used[0]} on {bootstrap} holds records already: a new demo begins on an empty broker; "
            "to resume one, name its DATA folder"
        )
