"""The options of a connector: how long it waits for what, and which records it puts aside."""

from collections.abc import Collection
from dataclasses import dataclass

from connectors.log.newer_contract import RecordPlace


@dataclass(frozen=True, slots=True)
class ConnectorOptions:
    """`lease_ms` and `call_timeout_ms` are those of the ERP file (`schemas/erp_file.py`)."""

    lease_ms: int = 1_000
    call_timeout_ms: int = 2_000
    idle_ms: int = 100
    """How long it waits for commands when no call is in progress."""
    busy_ms: int = 10
    """How long it waits for a call before it polls for commands again."""
    open_per_worker: int = 8
    """How many commands it reads ahead for each worker."""
    failures_until_unreachable: int = 3
    """So many calls in a row without a connection, and the ERP is reported as unreachable."""
    probe_every_ms: int = 500
    put_aside: Collection[RecordPlace] = ()
    """Commands that become dead letters where only a newer release could read them."""
