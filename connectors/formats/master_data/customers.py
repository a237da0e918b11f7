"""Maps a document to `CustomerDescribed`."""

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, checked_text
from connectors.formats.master_data.statuses import CustomerStatus, status_of
from connectors.formats.origins import Origin
from connectors.formats.values import required_text
from domain.identifiers import CustomerId
from domain.messages.customers import CustomerDescribed
from schemas.channel_language.rules import CustomerDescribedRule


def described_customer(rule: CustomerDescribedRule, place: DocumentPlace, origin: Origin) -> CustomerDescribed:
    """The customer of a document; `BrokenForm` when it violates the contract."""
    customer_id = CustomerId(checked_id(required_text(rule.customer_id, "customer_id", place), "customer_id"))
    is_blocked = status_of(rule.status, place, CustomerStatus) is CustomerStatus.BLOCKED
    reason = checked_text(required_text(rule.reason, "reason", place), "reason")
    return with_content_hash(CustomerDescribed(customer_id, origin.provenance, is_blocked, reason))
