"""Judges of a quiescent log: each says in sentences what is wrong with it, and nothing when all is right."""
