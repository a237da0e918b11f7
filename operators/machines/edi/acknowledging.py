"""What partners have not acknowledged: closed by their 997, and a case when that is late or rejects.

```
 sent ──997 accepts──▶ gone          sent ──997 rejects──▶ rejected (case) ──997 accepts──▶ gone, case resolved
   └──deadline──▶ overdue (case) ──997──▶ as above, case resolved
```
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.edi import cases
from domain.edi.rows import SentDocument
from domain.messages.cases import Case
from domain.messages.edi.events import AcknowledgedAs, AcknowledgementReceived
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from operators.machines.edi import rows
from operators.machines.edi.partners import EdiPartner
from operators.machines.edi.rows import key

_DIGITS = 9


def acknowledged(partition: Partition, partner: EdiPartner, said: AcknowledgementReceived) -> Sequence[Case]:
    """A 997 for a group of ours, or a TA1 that rejects an interchange of ours."""
    place = _place_of(partition, said)
    sent = None if place is None else partition.state.get(rows.SENT, place)
    if place is None or sent is None or said.functional_id not in {"", sent.functional_id}:
        partition.count("an acknowledgement of nothing that is open")
        return ()
    policy = partner.policy
    on_time = (cases.acknowledged_late(policy, sent.interchange),) if sent.is_overdue else ()
    if said.acknowledged_as is AcknowledgedAs.REJECTED:
        partition.state.put(rows.SENT, place, replace(sent, is_overdue=False, is_rejected=True))
        partition.timers.set(Timer(sent.sent_ms + policy.remembered_ms, rows.FORGET_SENT, place))
        what = f"{sent.kind} {sent.number}"
        return (*on_time, cases.rejected(policy, what, str(sent.interchange), said.reason))
    if said.acknowledged_as is AcknowledgedAs.ACCEPTED_WITH_ERRORS:
        partition.count("accepted with errors")
    _delete(partition, partner, place, sent)
    if sent.is_rejected:
        return (*on_time, cases.accepted_after_all(policy, str(sent.interchange)))
    return on_time


def _place_of(partition: Partition, said: AcknowledgementReceived) -> str | None:
    text = said.control_number
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    if said.functional_id:
        return key(said.partner_id, int(text))
    group = partition.state.get(rows.SENT_IN, key(said.partner_id, int(text)))
    return None if group is None else key(said.partner_id, group)


def overdue(partition: Partition, partner: EdiPartner, place: str) -> Sequence[Case]:
    """The deadline has passed. It is measured again, for the number may be used again by then."""
    sent = partition.state.get(rows.SENT, place)
    policy = partner.policy
    if sent is None or sent.is_rejected or sent.is_overdue:
        return ()
    if sent.sent_ms + policy.acknowledged_within_ms > partition.now_ms:
        return ()
    partition.state.put(rows.SENT, place, replace(sent, is_overdue=True))
    partition.timers.set(Timer(sent.sent_ms + policy.remembered_ms, rows.FORGET_SENT, place))
    return (cases.unacknowledged(policy, sent.kind, sent.number, sent.interchange),)


def forget(partition: Partition, partner: EdiPartner, place: str) -> None:
    """Nobody waits for it any more; its case stays for people to close."""
    sent = partition.state.get(rows.SENT, place)
    if sent is not None and sent.sent_ms + partner.policy.remembered_ms <= partition.now_ms:
        _delete(partition, partner, place, sent)


def _delete(partition: Partition, partner: EdiPartner, place: str, sent: SentDocument) -> None:
    partition.state.delete(rows.SENT, place)
    partition.state.delete(rows.SENT_IN, key(partner.policy.partner_id, sent.interchange))
