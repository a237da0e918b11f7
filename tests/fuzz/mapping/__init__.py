"""Hostile bytes for every reader, and random channel files: what mapping one record may cost, and what it may say."""
