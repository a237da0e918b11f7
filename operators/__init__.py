"""The operators of the flows: poll and commit at the gate, keyed state, timers, decoding, emitting, dead letters."""
