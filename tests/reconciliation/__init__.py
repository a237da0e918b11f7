"""Snapshots and the ledger: drifts that are planted, and how many of them are found with the right cause."""
