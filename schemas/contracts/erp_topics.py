"""The topics of commands: that of an ERP or a shop without a descriptor of its own gets one, derived from its id."""

import re
from typing import Final

from domain.identifiers import ErpId
from schemas.contracts.registry import ERP_COMMANDS, erp_command_topic, records_of
from schemas.contracts.topics import Cleanup, Compatibility, TimestampType, Topic

_FOURTEEN_DAYS_MS: Final = 14 * 24 * 3_600_000
_MOST_BYTES: Final = 4 * 1_048_576
_NAMED: Final = re.compile(re.escape(ERP_COMMANDS).replace(re.escape("*"), "([a-z0-9][a-z0-9_-]{0,62})"))


def erp_of_topic(name: str) -> ErpId | None:
    """Whose commands are in a topic of this name; None for any other topic."""
    found = _NAMED.fullmatch(name)
    return None if found is None else ErpId(found[1])


def derived_erp_topic(erp_id: ErpId) -> Topic:
    """The topic of one ERP's commands, as that of every other ERP is."""
    name = erp_command_topic(erp_id)
    return Topic(
        name=name,
        description=f"Commands to {erp_id}, released by the gate one document step at a time.",
        owner="dispatch",
        producers=("dispatch",),
        consumers=(f"the ERP connector of {erp_id}",),
        key="document_key",
        records=records_of(name),
        cleanup=Cleanup.DELETE,
        retention_ms=_FOURTEEN_DAYS_MS,
        max_message_bytes=_MOST_BYTES,
        compatibility=Compatibility.FULL_TRANSITIVE,
        timestamp_type=TimestampType.LOG_APPEND_TIME,
        slo="Within one second of the request while the gate is open.",
        personal_data="Customer ids and tracking numbers inside documents.",
    )
