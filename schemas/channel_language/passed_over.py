"""The rule for documents that are none of ours: seen, counted, and passed over on purpose."""

from typing import Literal

from schemas.channel_language.rule import DocumentRule
from schemas.channel_language.sources import Text


class PassedOverRule(DocumentRule):
    """A document without an event: it opens no case, and is no failure of its source.

    What is passed over is gone for us. A document that must be seen by a person is left to no rule, and refused.
    """

    event: Literal["PassedOver"]
    reason: Text = "not for us"
    """Why, for people and as a label of the metric `documents_passed_over_total`: a constant text."""
