"""`orderline serve ingest`: receives webhooks and calls over HTTP, and writes them to the topics of their sources."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from connectors.ingest.appending.embedded import EmbeddedAppender
from connectors.ingest.appending.kafka import KafkaAppender
from connectors.ingest.appending.port import Appender
from connectors.ingest.receiver import PATH, Receiver
from connectors.ingest.secret_files import SecretFiles
from connectors.ingest.server import ServerSettings, listening, serve
from connectors.log.port import LogFailed
from connectors.observation.server import HttpAddress
from dataflows.command_line.observing import add_http, observation_of, observed_receiver, parsed_http
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.logs import log_as
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from dataflows.settings import EmbeddedLogSettings, LogSettings
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.source_topics import source_topic

_NAME: Final = "ingest"


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline serve ingest`."""
    parser = actions.add_parser(
        _NAME,
        help="receive webhooks and calls over HTTP",
        description="Answer `POST /v1/sources/SOURCE` with 202 when the body is durable in the source's topic. Sources "
        "are those whose channel files have `ingest`; it says how a request proves where it comes from.",
    )
    add_where(parser)
    add_application(parser)
    add_channels(parser)
    parser.add_argument(
        "--secrets",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with a file for each secret that the channel files name",
    )
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="SOURCE",
        help="receive for this source only; may be repeated (default: all whose channel files have `ingest`)",
    )
    parser.add_argument(
        "--listen",
        type=parsed_http,
        default="127.0.0.1:8090",
        metavar="HOST:PORT",
        help="where to receive; port 0 picks a free one (default %(default)s)",
    )
    parser.add_argument(
        "--linger",
        type=whole(0, 60),
        default=0,
        metavar="SECONDS",
        help="after SIGTERM, go on for so long while /readyz says no, for load balancers to see it "
        "(default %(default)s)",
    )
    add_http(parser)
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Receive until SIGTERM or SIGINT; the exit code."""
    end_with_parent(wanted=arguments.end_with_parent)
    log_as(_NAME)
    channels = _chosen(load_channel_files(arguments.channels or CHANNELS), arguments.source)
    secrets = SecretFiles(arguments.secrets)
    for channel in channels.values():
        secrets.require(channel.ingest.secrets if channel.ingest else ())
    log = log_of(arguments)
    # A signal is the server's; what it hands on when it has ended must not end the process before it is done.
    ShutdownSignal()
    with (
        observed_receiver(observation_of(arguments), _NAME) as metrics,
        closing(_appender(log, channels)) as appender,
        listening(arguments.listen) as listener,
    ):
        receiver = Receiver(channels, secrets, appender, metrics)
        host, port = listener.getsockname()[:2]
        _say_where(HttpAddress(host, port), channels)

        def report() -> None:
            in_flight = receiver.in_flight
            metrics.report_status(appender.unavailable, in_flight.requests, in_flight.body_bytes)

        settings = ServerSettings(linger_s=arguments.linger)
        serve(receiver.application(), listener, report, metrics.stopping, settings)
    return 0


def _chosen(channels: Mapping[SourceId, ChannelFile], wanted: Sequence[str]) -> Mapping[SourceId, ChannelFile]:
    receiving = {source_id: channel for source_id, channel in channels.items() if channel.ingest is not None}
    if not receiving:
        raise LogFailed("no channel file has `ingest`: docs/how-to/receive-webhooks.md says what to write")
    for name in wanted:
        if name not in receiving:
            raise LogFailed(
                f"--source {name}: no channel file with `ingest` has it: choose from {', '.join(receiving)}"
            )
    return {source_id: channel for source_id, channel in receiving.items() if not wanted or source_id in wanted}


def _appender(log: LogSettings, channels: Mapping[SourceId, ChannelFile]) -> Appender:
    if isinstance(log, EmbeddedLogSettings):
        return EmbeddedAppender(log.data)
    return KafkaAppender(log.bootstrap, log.application, [source_topic(name) for name in channels], log.options)


def _say_where(address: HttpAddress, channels: Mapping[SourceId, ChannelFile]) -> None:
    sys.stdout.writelines(f"{name}: http://{address}{PATH.format(source_id=name)}\n" for name in channels)
    sys.stdout.flush()
