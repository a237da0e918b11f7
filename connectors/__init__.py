"""Adapters to everything outside: the logs, the state stores, channel formats and ERPs."""
