"""The records of a run, prepared before it or sent during it."""
