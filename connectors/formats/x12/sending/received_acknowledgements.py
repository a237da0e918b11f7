"""What a partner says of what we sent: its 997, 999 and TA1.

Each of our groups has one set, and each of our interchanges one group: what is said of a group is said of a document.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from connectors.formats.x12.interchanges import Interchange
from connectors.formats.x12.segments import Segment, element
from domain.identifiers import PartnerId
from domain.messages.edi.events import AcknowledgedAs, AcknowledgementReceived

_KINDS: Final = frozenset({"997", "999"})
_VERDICTS: Final[Mapping[str, AcknowledgedAs]] = {
    "A": AcknowledgedAs.ACCEPTED,
    "E": AcknowledgedAs.ACCEPTED_WITH_ERRORS,
}
"""Data elements 715 and I17; every other code rejects."""
_REASONS: Final = frozenset({"AK3", "AK4", "AK5", "IK3", "IK4", "IK5"})
_LONGEST: Final = 300


def acknowledgements_of(interchange: Interchange, partner_id: PartnerId) -> Iterator[AcknowledgementReceived]:
    """One for each group of ours that is acknowledged, and for each TA1 that does not simply accept."""
    for ta1 in interchange.acknowledgements:
        verdict = _VERDICTS.get(element(ta1, 4), AcknowledgedAs.REJECTED)
        if verdict is AcknowledgedAs.REJECTED:
            yield AcknowledgementReceived(partner_id, "", element(ta1, 1), verdict, f"TA1 {element(ta1, 5)}")
    for group in interchange.groups:
        for one in group.sets:
            if one.defect is None and element(one.segments[0], 1) in _KINDS:
                yield from _of_set(one.segments, partner_id)


def _of_set(segments: list[Segment], partner_id: PartnerId) -> Iterator[AcknowledgementReceived]:
    ak1 = next((each for each in segments if each[0] == "AK1"), None)
    ak9 = next((each for each in segments if each[0] == "AK9"), None)
    if ak1 is None or ak9 is None:
        return
    verdict = _VERDICTS.get(element(ak9, 1), AcknowledgedAs.REJECTED)
    reasons = [" ".join(filter(None, each)) for each in segments if each[0] in _REASONS]
    yield AcknowledgementReceived(partner_id, element(ak1, 1), element(ak1, 2), verdict, "; ".join(reasons)[:_LONGEST])
