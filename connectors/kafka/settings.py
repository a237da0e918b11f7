"""The Kafka client properties of one member: its names, and the properties that exactly-once depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.kafka.client_log import CLIENT_LOG
from connectors.log.port import LogFailed

RANGE = "range"
NEW_PROTOCOL = "consumer"

_NAMES = (
    "Orderline chooses the names of members and groups, because fencing depends on them: see --application, --replica"
)
_OFFSETS = "offsets are committed in the transaction of the epoch that read up to them, and nowhere else"
_ADDRESS = "the brokers are named by --bootstrap"
_ONCE = "exactly-once needs every replica in sync to have a record, in order and once"
_RANGE_ONLY = "partition N of all inputs of a flow must go to one member"

FIXED: Mapping[str, str] = {
    "acks": _ONCE,
    "allow.auto.create.topics": "topics are created as described, by `orderline topics create`",
    "auto.commit.enable": _OFFSETS,
    "auto.offset.reset": "an offset that was deleted is an error with a remedy, never a silent jump",
    "bootstrap.servers": _ADDRESS,
    "client.id": _NAMES,
    "enable.auto.commit": _OFFSETS,
    "enable.auto.offset.store": _OFFSETS,
    "enable.idempotence": _ONCE,
    "enable.partition.eof": "the end of a partition is how a flow knows that it has read all",
    "group.id": _NAMES,
    "group.instance.id": _NAMES,
    "group.remote.assignor": _RANGE_ONLY,
    "isolation.level": "a record of an epoch that was aborted never happened: only committed ones are read",
    "metadata.broker.list": _ADDRESS,
    "partition.assignment.strategy": _RANGE_ONLY,
    "partitioner": "murmur2 determines the partition of a key, whoever writes it",
    "plugin.library.paths": "it would run foreign code in the process",
    "queuing.strategy": _ONCE,
    "request.required.acks": _ONCE,
    "transactional.id": _NAMES,
}
"""Options that cannot be changed, each with the reason."""

_CONSUMER_ONLY = ("fetch.", "group.", "heartbeat.", "max.poll.", "queued.", "session.", "check.crcs")
_PRODUCER_ONLY = ("acks", "batch.", "compression.", "delivery.", "linger.", "message.", "queue.", "transaction.")
_MEMBER_ONLY = ("group.", "session.", "heartbeat.", "max.poll.")
_LARGEST_BATCH = 4_194_304
"""As large as the largest topic takes (`max_message_bytes` of the descriptors); the client's own default is less."""
_RECONNECT = {"reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 1_000}
# The client logs dozens of lines a second while a broker is away; at level 0 only fatal errors.
_QUIET = {"log_level": 0, "logger": CLIENT_LOG}
_UNPOLLED = ("debug", "log_level")
"""Options that would fill the queue of a client that is not polled."""

Properties = dict[str, Any]
"""As the client takes them: values of its options, and callables."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Who a member is: replica `replica` of one flow of one application, on one Kafka.

    `options` are further librdkafka properties (security, `group.protocol`, timeouts); those that exactness depends on
    cannot be changed by them. They may hold passwords, so they are never shown.
    """

    bootstrap: str
    application: str
    flow: str
    replica: int
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    accepts_loss: bool = False
    """The operator has accepted that records deleted by retention before they were read are never processed."""

    def __post_init__(self) -> None:
        """Refuse options that would break the contract of the log."""
        for name in sorted(FIXED.keys() & self.options.keys()):
            raise LogFailed(f"Kafka option {name} is set by Orderline and cannot be changed ({FIXED[name]}): remove it")

    @property
    def group(self) -> str:
        """The consumer group: one per flow."""
        return f"{self.application}.{self.flow}"

    @property
    def member(self) -> str:
        """`client.id` and `transactional.id`: no other process may use this name at the same time."""
        return f"{self.group}.{self.replica}"

    @property
    def incremental(self) -> bool:
        """Whether the group moves single partitions (the new protocol) and not all at once."""
        return self.options.get("group.protocol") == NEW_PROTOCOL


def admin_properties(membership: Membership) -> Properties:
    """For requests about the cluster."""
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": f"{membership.member}.questions",
        **_QUIET,
        **_RECONNECT,
        **_options(membership, _CONSUMER_ONLY + _PRODUCER_ONLY + _UNPOLLED),
    }


def consumer_properties(membership: Membership) -> Properties:
    """For the member's inputs. `fetch.wait.max.ms` bounds how long the end of a partition goes unnoticed."""
    # What is fetched ahead is memory, whatever the backlog, and is dropped when a source is paused. A second's work
    # is enough; a record larger than a fetch comes all the same.
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": membership.member,
        "group.id": membership.group,
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        "fetch.queue.backoff.ms": 5,
        "fetch.wait.max.ms": 100,
        "fetch.message.max.bytes": 262_144,
        "queued.min.messages": 2_000,
        "queued.max.messages.kbytes": 16_384,
        **_QUIET,
        **_RECONNECT,
        **_protocol(membership),
        **_options(membership, _PRODUCER_ONLY),
    }


def group_offsets_properties(membership: Membership) -> Properties:
    """For asking what the flow's group has committed, and where its inputs end; joins no group and reads nothing.

    Not of committed records only: the group's offsets would then be awaited while a transaction commits them.
    """
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": f"{membership.group}.offsets",
        "group.id": membership.group,
        "isolation.level": "read_uncommitted",
        "enable.auto.commit": False,
        **_QUIET,
        **_RECONNECT,
        **_options(membership, _PRODUCER_ONLY + _MEMBER_ONLY + _UNPOLLED),
    }


def producer_properties(membership: Membership, transactional_id: str) -> Properties:
    """For outputs, changelog and offsets. A short transaction, for an open one left behind stops its readers."""
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": transactional_id,
        "transactional.id": transactional_id,
        "transaction.timeout.ms": 3_000,
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        # A commit sends what is buffered at once; before it no reader sees any of it, so sending it earlier only costs.
        "linger.ms": 50,
        # The next transaction often begins while the last one still ends: that takes milliseconds, not the default 100.
        "retry.backoff.ms": 10,
        "queue.buffering.max.messages": 500_000,
        "message.max.bytes": _LARGEST_BATCH,
        **_QUIET,
        # Also the age of the cached group coordinator: `send_offsets_to_transaction` ignores its timeout and waits for
        # ever on one whose broker was replaced in the meantime (librdkafka issues 5456 and 5511, open at 2.16.1).
        "metadata.max.age.ms": 500,
        # Shorter than the transaction, so that a missing topic can be distinguished from a slow broker.
        "topic.metadata.propagation.max.ms": 1_500,
        **_RECONNECT,
        **_options(membership, _CONSUMER_ONLY),
    }


def single_record_properties(membership: Membership) -> Properties:
    """For records that are durable one by one, outside transactions: acknowledged by all in-sync replicas, once.

    One that is not acknowledged in ten seconds has failed: somebody waits for each of them.
    """
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": membership.member,
        "acks": "all",
        "enable.idempotence": True,
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        "linger.ms": 2,
        "delivery.timeout.ms": 10_000,
        "retry.backoff.ms": 100,
        "queue.buffering.max.messages": 10_000,
        "message.max.bytes": _LARGEST_BATCH,
        **_QUIET,
        **_RECONNECT,
        **_options(membership, (*_CONSUMER_ONLY, "transaction.")),
    }


def restore_properties(membership: Membership) -> Properties:
    """For reading a changelog from a given offset at full speed; joins no group."""
    return {
        "bootstrap.servers": membership.bootstrap,
        "client.id": f"{membership.member}.restore",
        "group.id": f"{membership.group}.restore",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        "fetch.queue.backoff.ms": 5,
        "fetch.wait.max.ms": 20,
        "queued.min.messages": 500_000,
        **_QUIET,
        **_RECONNECT,
        **_options(membership, _PRODUCER_ONLY + _MEMBER_ONLY),
    }


def standby_properties(membership: Membership) -> Properties:
    """For following the changelogs of partitions that others hold; it may lag behind a little, and take little."""
    return {
        **restore_properties(membership),
        "client.id": f"{membership.member}.standby",
        "fetch.wait.max.ms": 500,
        "queued.min.messages": 10_000,
    }


def _protocol(membership: Membership) -> Properties:
    """Classic with dynamic members, unless the options choose the new protocol: there the broker sets the timeouts."""
    if membership.incremental:
        return {"group.remote.assignor": RANGE}
    return {"partition.assignment.strategy": RANGE, "session.timeout.ms": 6_000, "heartbeat.interval.ms": 500}


def _options(membership: Membership, unfit: tuple[str, ...]) -> Properties:
    """The options, without those of the other kind of client."""
    return {name: value for name, value in membership.options.items() if not name.startswith(unfit)}
