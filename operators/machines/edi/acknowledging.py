"""What partners have not acknowledged: closed by their 997 or CONTRL, and a case when that is late or rejects.

```
 sent ──997 accepts──▶ gone          sent ──997 rejects──▶ rejected (case) ──997 accepts──▶ gone, case resolved
   └──deadline──▶ overdue (case) ──997──▶ as above, case resolved
```

Of a partner whose application acknowledges, an APERAK is what closes a document; a CONTRL can only reject it. What an
application rejects is a case also where nothing is open any more.
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
    """A 997 for a group of ours, a TA1 or CONTRL for an interchange, an APERAK for a document."""
    place = _place_of(partition, said)
    sent = None if place is None else partition.state.get(rows.SENT, place)
    policy = partner.policy
    if place is None or sent is None or said.functional_id not in {"", sent.functional_id}:
        partition.count("an acknowledgement of nothing that is open")
        if said.document_number and said.acknowledged_as is AcknowledgedAs.REJECTED:
            return (cases.rejected_later(policy, said.document_number, said.reason),)
        return ()
    needs_application = policy.acknowledged_by_application or sent.is_rejected_by_application
    if needs_application and not said.document_number and said.acknowledged_as is not AcknowledgedAs.REJECTED:
        partition.count("received, and not yet acknowledged by its application")
        return ()
    on_time = (cases.acknowledged_late(policy, sent.interchange),) if sent.is_overdue else ()
    if said.acknowledged_as is AcknowledgedAs.REJECTED:
        by_application = sent.is_rejected_by_application or bool(said.document_number)
        rejected = replace(sent, is_overdue=False, is_rejected=True, is_rejected_by_application=by_application)
        partition.state.put(rows.SENT, place, rejected)
        partition.timers.set(Timer(sent.sent_ms + policy.remembered_ms, rows.FORGET_SENT, place))
        what = f"{policy.name_of(sent.kind)} {sent.number}"
        return (*on_time, cases.rejected(policy, what, str(sent.interchange), said.reason))
    if said.acknowledged_as is AcknowledgedAs.ACCEPTED_WITH_ERRORS:
        partition.count("accepted with errors")
    _delete(partition, partner, place, sent)
    if sent.is_rejected:
        return (*on_time, cases.accepted_after_all(policy, str(sent.interchange)))
    return on_time


def _place_of(partition: Partition, said: AcknowledgementReceived) -> str | None:
    """By the document's number, or else by that of its group or interchange."""
    if said.document_number:
        named = partition.state.get(rows.SENT_AS, key(said.partner_id, said.document_number))
        if named is not None:
            return key(said.partner_id, named)
    text = said.control_number or said.document_number
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
    own = key(partner.policy.partner_id, sent.own_number)
    if sent.own_number and partition.state.get(rows.SENT_AS, own) == _group_in(place):
        partition.state.delete(rows.SENT_AS, own)


def _group_in(place: str) -> int:
    return int(place.rpartition("\0")[2])
