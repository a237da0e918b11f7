"""`orderline serve files`: takes files that are dropped into folders into the topics of their sources."""

import argparse
import fcntl
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import Final

from connectors.files.drop_folder import DropFolder
from connectors.files.sending.embedded import EmbeddedFileSender
from connectors.files.sending.kafka import KafkaFileSender
from connectors.files.sending.port import FileSender
from connectors.files.watcher import Watcher
from connectors.kafka.member.log import KafkaLog
from connectors.log.folders import make_folder
from connectors.log.port import LogFailed
from dataflows.command_line.observing import add_http, observation_of, observed_watcher
from dataflows.command_line.options.channel_folder import add_channels
from dataflows.command_line.options.modes import ON_KAFKA, options_for
from dataflows.command_line.usage import whole
from dataflows.command_line.where import add_application, add_where, log_of
from dataflows.logs import log_as
from dataflows.processes.shutdown import ShutdownSignal, add_ending, end_with_parent
from dataflows.settings import EmbeddedLogSettings, LogSettings
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import CHANNELS, load_channel_files
from schemas.contracts.source_topics import source_topic

_NAME: Final = "files"
_LOOK_EVERY_S: Final = 0.5


def add_parser(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `orderline serve files`."""
    parser = actions.add_parser(
        _NAME,
        help="take files that are dropped into folders",
        description="Take each complete file in DIR/SOURCE/in into the topic of the source, once, then move it to "
        "DIR/SOURCE/done; one that cannot be sent goes to DIR/SOURCE/failed, with the reason beside it.",
    )
    add_where(parser)
    add_application(parser)
    add_channels(parser)
    parser.add_argument("--drop", type=Path, required=True, metavar="DIR", help="the folder with a folder per source")
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="SOURCE",
        help="watch for this source, and make its folders; may be repeated (default: all that have a folder in DIR)",
    )
    parser.add_argument(
        "--settle",
        type=whole(0, 3_600),
        default=5,
        metavar="SECONDS",
        help="a file is complete when it has not changed for so long (default %(default)s); 0 if every file is renamed "
        "into place",
    )
    parser.add_argument("--until-empty", action="store_true", help="stop when no file waits any more")
    options_for(parser, ON_KAFKA).add_argument(
        "--replica",
        type=whole(0),
        default=0,
        metavar="N",
        help="number of this watcher, unique among those of one Kafka (default %(default)s)",
    )
    add_http(parser)
    add_ending(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Watch until SIGTERM or SIGINT; the exit code."""
    end_with_parent(wanted=arguments.end_with_parent)
    log_as(_NAME, arguments.replica)
    make_folder(arguments.drop, "--drop")
    channels = _chosen(load_channel_files(arguments.channels or CHANNELS), arguments.drop, arguments.source)
    folders = {source_id: DropFolder(arguments.drop, source_id) for source_id in channels}
    stop = ShutdownSignal()
    with (
        _alone(arguments.drop),
        observed_watcher(observation_of(arguments), _NAME) as metrics,
        closing(_sender(log_of(arguments), arguments.replica, folders)) as sender,
    ):
        watcher = Watcher(folders, channels, sender, metrics, arguments.settle, time.monotonic, stop.wanted)
        sys.stdout.writelines(f"{source_id}: {arguments.drop / source_id / 'in'}\n" for source_id in folders)
        sys.stdout.flush()
        _watch(watcher, stop, until_empty=arguments.until_empty)
        metrics.stopping()
    return 0


def _watch(watcher: Watcher, stop: ShutdownSignal, *, until_empty: bool) -> None:
    pause = Event()
    while not stop.wanted():
        if watcher.look():
            continue
        if until_empty and not watcher.waiting:
            return
        pause.wait(_LOOK_EVERY_S)


@contextmanager
def _alone(drop: Path) -> Iterator[None]:
    """Two watchers of one folder would send its files twice."""
    with (drop / ".watched").open("ab") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LogFailed(f"{drop} is watched already: stop the other `orderline serve files` first") from None
        yield


def _chosen(
    channels: Mapping[SourceId, ChannelFile], drop: Path, wanted: Sequence[str]
) -> Mapping[SourceId, ChannelFile]:
    for name in wanted:
        if name not in channels:
            raise LogFailed(f"--source {name}: no channel file has it: choose from {', '.join(channels)}")
    there = {folder.name for folder in drop.iterdir() if folder.is_dir() and not folder.name.startswith(".")}
    for name in sorted(there - channels.keys()):
        sys.stderr.write(f"orderline: {drop / name} is not watched: no channel file has source_id {name!r}\n")
    found = {source_id: channel for source_id, channel in channels.items() if source_id in (wanted or there)}
    if not found:
        raise LogFailed(f"{drop} has no folder that is named as a source: make one, or name a --source")
    return found


def _sender(log: LogSettings, replica: int, folders: Mapping[SourceId, DropFolder]) -> FileSender:
    if isinstance(log, EmbeddedLogSettings):
        return EmbeddedFileSender(log.data)
    topics = [source_topic(source_id) for source_id in folders]
    member = KafkaLog(
        log.bootstrap, log.application, _NAME, replica, (), None, None, options=log.options, outputs=topics
    )
    return KafkaFileSender(member, log.open_reader(), lambda source_id: folders[source_id].notes)
