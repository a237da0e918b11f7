"""Keeping exception cases: who owns them, how much they press, what became of them (docs/domain.md#exception-cases)."""
