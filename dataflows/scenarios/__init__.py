"""Scenarios: histories written as files, played through the real flows on an embedded log of their own."""
