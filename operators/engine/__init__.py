"""The engine: poll, commit gate, commit, the state of a partition, timers. It knows nothing of the product."""
