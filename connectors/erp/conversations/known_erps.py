"""The ERPs that a connector can speak to, by the name that an ERP file gives (`adapter`)."""

from collections.abc import Mapping
from typing import Final

from connectors.erp.conversations.conversation import ErpRules
from connectors.erp.simulated.rules import SimulatedErp

KNOWN_ERPS: Final[Mapping[str, type[ErpRules]]] = {
    "simulated": SimulatedErp,
}
