"""Kafka client options from a file: what a cluster asks of its clients, such as security and timeouts.

One `name=value` a line, by librdkafka's names; empty lines and lines that begin with # are ignored. A value goes to
the line's end, so a password may hold any character. No message ever holds a value.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from confluent_kafka import Consumer, KafkaException, Producer

from connectors.kafka.option_limits import require_consistent
from connectors.kafka.settings import Membership, consumer_properties, producer_properties
from connectors.log.port import LogFailed

NO_OPTIONS: Mapping[str, str] = MappingProxyType({})

_NOWHERE = "127.0.0.1:1"


def read_options(file: Path) -> Mapping[str, str]:
    """The options of a file; `LogFailed` names the line or the option that is wrong, and why."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise LogFailed(f"cannot read {file} ({reason}): correct --kafka-options") from error
    options: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            name, value = _read(line, f"{file}:{number}")
            if name in options:
                raise LogFailed(f"{file}:{number}: {name} is set twice")
            options[name] = value
    if not options:
        raise LogFailed(f"there is no option in {file}: write name=value, or leave out --kafka-options")
    _try(options, file)
    return options


def _read(line: str, place: str) -> tuple[str, str]:
    name, equals, value = line.partition("=")
    if not (equals and name.strip()):
        raise LogFailed(f"{place}: write name=value, by librdkafka's names")
    return name.strip(), value.strip()


def _try(options: Mapping[str, str], file: Path) -> None:
    """Make clients with them, which connect to nothing yet: the client library validates its own options."""
    membership = Membership(_NOWHERE, "orderline", "options", 0, options)
    try:
        Consumer(consumer_properties(membership)).close()
        Producer(producer_properties(membership, membership.member))
    except KafkaException as failure:
        raise LogFailed(f"{file}: {_without_values(failure.args[0].str(), options)}") from None
    except (TypeError, ValueError) as failure:
        raise LogFailed(f"{file}: {_without_values(str(failure), options)}") from None
    require_consistent(membership)


def _without_values(text: str, options: Mapping[str, str]) -> str:
    """The library quotes a value that it rejects, which may be a secret."""
    for value in options.values():
        text = text.replace(f'"{value}"', '"***"')
    return text
