"""Shared by all measurements: programs, logs, processes and timeouts."""
