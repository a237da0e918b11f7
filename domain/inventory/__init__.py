"""Stock as a double-entry ledger: accounts, reservations, grants and backorders."""
