"""`orderline exceptions`: what waits for people."""
