"""Bytes that are meant to harm: what they may cost is bounded by the kernel, not by a stopwatch."""
