"""Pending answers: what others owe an order, until when, and what happens when it is late (docs/domain.md)."""
