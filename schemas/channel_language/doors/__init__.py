"""How records come to a source from outside the log: over HTTP."""
