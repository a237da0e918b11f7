"""Maps documents in which a person decides about an exception case."""

from typing import Final

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, checked_text
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import CaseId
from domain.messages.case_actions import CaseAction, CaseDismissed, CaseResolved, CaseRetried, CaseReversed
from domain.messages.cases import CaseHome
from schemas.channel_language.rules import CaseActionRule
from schemas.channel_language.sources import ValueOrigin

_ACTIONS: Final[dict[str, type[CaseAction]]] = {
    action.__name__: action for action in (CaseDismissed, CaseResolved, CaseRetried, CaseReversed)
}


def case_action(rule: CaseActionRule, place: DocumentPlace, origin: Origin) -> CaseAction:
    """The decision in a document; `BrokenForm` when it does not say who decides, and why."""
    made = _ACTIONS[rule.event](
        case_id=CaseId(checked_id(required_text(rule.case_id, "case_id", place), "case_id")),
        home=_home(required_text(rule.home, "home", place)),
        home_key=checked_id(required_text(rule.home_key, "home_key", place), "home_key"),
        provenance=origin.provenance,
        who=_text(rule.who, "who", place),
        why=_text(rule.why, "why", place),
    )
    return with_content_hash(made)


def _home(name: str) -> CaseHome:
    try:
        return CaseHome(name)
    except ValueError:
        raise BrokenForm("home", f"{name[:40]!r} is none of {', '.join(CaseHome)}") from None


def _text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_text(required_text(source, field, place), field)
