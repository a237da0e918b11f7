"""Judges of a log at rest: each says in sentences what is wrong with it, and nothing when all is right."""
