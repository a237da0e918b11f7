"""The rules for documents that make no event: passed over on purpose, or refused in words."""

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


class RefusedRule(DocumentRule):
    """A document that the source must send otherwise, or that a person carries out: a case, and no event.

    It stands before the rules that would take such a document, and leave out what it asks for.
    """

    event: Literal["Refused"]
    reason: Text
    """Why, for the person who reads the case: a constant text."""


RuleWithoutEvent = PassedOverRule | RefusedRule
