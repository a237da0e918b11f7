"""The cases of amendments of which something, or all, is not carried out: the customer has to be asked.

They end by themselves (`domain.orders.watched_cases`): what a line keeps beyond what is wanted may come back, the
address may be changed later, and what the ERP refuses may be amended otherwise.
"""

from collections.abc import Sequence

from domain.identifiers import LineId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import ErpOutcomeReceived
from domain.orders.amending.amendments import Amendment
from domain.orders.amending.telling import AS_ASKED, amendment_key
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.watched_cases import watching
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase

_ACTION = "agree with the customer on what the order should be, and have it amended again"


def stays(
    decision: OrderDecision, amendment: Amendment, reason: str, line_ids: Sequence[LineId], *, address: bool = False
) -> None:
    """Goods are picked or shipped: these lines keep more than is wanted, and the old address may stay."""
    units = _row(CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE, amendment, EndsWhen.NOTHING_UNWANTED)
    rows = [units._replace(line_ids=tuple(line_ids))] * bool(line_ids)
    rows += [units._replace(ends_when=EndsWhen.ADDRESS_CHANGED, ship_to=amendment.ship_to)] * address
    _open(decision, amendment, reason, *rows)


def refused_by_erp(decision: OrderDecision, amendment: Amendment, reason: str) -> None:
    """Nothing of it is carried out."""
    _open(decision, amendment, reason, _row(CaseClass.ORDER_REJECTED, CaseOrigin.ERP, amendment, EndsWhen.AMENDED))


def booked_after_all(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The ERP has carried out what it had refused, and the order has not: the case of that says both."""
    order = decision.order
    number = event.business_key.removeprefix(amendment_key(order, AS_ASKED, ""))
    document = f" as {event.document_number}" if event.document_number else ""
    for row in order.watched_cases:
        if row.case_class is CaseClass.ORDER_REJECTED and row.key == _key(number, CaseOrigin.ERP):
            refused = f"amendment {row.revision}: the ERP has refused it ({event.reason or 'no reason given'})"
            words = f"{refused} and booked it after all{document}; the order stays as it was, and the ERP is told so"
            state_case(decision, row.case_class, row.origin, row.key, CaseState.OPEN, words, _ACTION)


def contradicts(decision: OrderDecision, amendment: Amendment, case_class: CaseClass, reason: str) -> None:
    """It is about other goods or money than the order, so nothing of it is carried out."""
    row = _row(case_class, CaseOrigin.CHANNEL_MAPPING, amendment, EndsWhen.AMENDED)
    _open(decision, amendment, f"nothing of it is carried out: {reason}", row)


def disputed(decision: OrderDecision, amendment: Amendment, reason: str) -> None:
    """It states other prices or charges than the order has, all of which has left."""
    row = _row(CaseClass.PRICING_DISPUTE, CaseOrigin.ORDER, amendment, EndsWhen.AMENDED)
    _open(decision, amendment, reason, row)


def _open(decision: OrderDecision, amendment: Amendment, reason: str, *rows: WatchedCase) -> None:
    first, words = rows[0], f"{_named(amendment)}: {reason}"
    state_case(decision, first.case_class, first.origin, first.key, CaseState.OPEN, words, _ACTION)
    watching.until(decision, *rows)


def _named(amendment: Amendment) -> str:
    return f"a decision of {amendment.asked_by}" if amendment.is_decided else f"amendment {amendment.revision}"


def _row(case_class: CaseClass, origin: CaseOrigin, amendment: Amendment, ends_when: EndsWhen) -> WatchedCase:
    return WatchedCase(case_class, origin, _key(amendment.number, origin), ends_when, revision=amendment.revision)


def _key(number: str, origin: CaseOrigin) -> str:
    return f"amendment/{number}/{origin}"
