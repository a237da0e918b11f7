"""Checks before the flows start: facts are gathered first, then judged."""
