"""Amendments: changes of a placed order, carried out step by step (docs/domain.md#amendments)."""
