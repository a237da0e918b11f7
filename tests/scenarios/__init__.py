"""Scenario files: every story of the documentation, and the language they are written in."""
