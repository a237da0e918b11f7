"""How snapshots of other systems are compared with the ledger, and what is done about differences."""
