"""Timeouts that the brokers limit, checked at start: a broker refuses them later, and in words that name no option."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError

from connectors.kafka.settings import Membership, consumer_properties, producer_properties
from connectors.log.port import LogFailed


@dataclass(frozen=True, slots=True)
class _BrokerLimit:
    """The settings of a broker that limit an option, both ends included."""

    option: str
    most: str
    least: str | None = None


_SESSION = "session.timeout.ms"
_TRANSACTION = "transaction.timeout.ms"
_LIMITS = (
    _BrokerLimit(_SESSION, "group.max.session.timeout.ms", "group.min.session.timeout.ms"),
    _BrokerLimit(_TRANSACTION, "transaction.max.timeout.ms"),
)
_HEARTBEAT = "heartbeat.interval.ms"
_OPTION_OF = {
    KafkaError.INVALID_SESSION_TIMEOUT: _SESSION,
    KafkaError.INVALID_TRANSACTION_TIMEOUT: _TRANSACTION,
}


def require_within_limits(membership: Membership, broker: Mapping[str, str]) -> None:
    """`LogFailed` when the timeouts of this member exceed a limit; `broker`: its settings, as far as they are known."""
    properties = _properties(membership)
    for limit in _LIMITS:
        if limit.option not in properties:  # with the new group protocol the session is the broker's matter
            continue
        value = int(properties[limit.option])
        if limit.least is not None and limit.least in broker and value < int(broker[limit.least]):
            raise _refused(limit.option, value, f"less than the brokers' {limit.least}={broker[limit.least]}: raise it")
        if limit.most in broker and value > int(broker[limit.most]):
            raise _refused(limit.option, value, f"more than the brokers' {limit.most}={broker[limit.most]}: lower it")


def require_consistent(membership: Membership) -> None:
    """`LogFailed` when the timeouts of this member contradict each other, whatever the brokers allow."""
    properties = _properties(membership)
    if _SESSION in properties and int(properties[_SESSION]) <= int(properties[_HEARTBEAT]):
        value, heartbeat = int(properties[_SESSION]), properties[_HEARTBEAT]
        raise _refused(_SESSION, value, f"not more than {_HEARTBEAT}={heartbeat}: raise it, or lower the other")


def option_refused_by(error: KafkaError, membership: Membership) -> LogFailed | None:
    """The refusal for an error of a broker whose limits are not visible; None when it is about no option."""
    option = _OPTION_OF.get(error.code())
    if option is None:
        return None
    return _refused(option, int(_properties(membership)[option]), "outside the limits of the brokers: correct it")


def _properties(membership: Membership) -> dict[str, Any]:
    return producer_properties(membership, membership.member) | consumer_properties(membership)


def _refused(option: str, value: int, why: str) -> LogFailed:
    return LogFailed(f"Kafka option {option}={value} is {why} (--kafka-options)")
