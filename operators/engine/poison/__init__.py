"""The guard against poison: what kills the process or raises is found in small steps, and put aside."""
