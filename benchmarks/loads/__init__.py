"""The records of a run, made before it begins or sent while it goes on."""
