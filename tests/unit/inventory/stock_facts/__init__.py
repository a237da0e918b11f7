"""The ledger by example: each case is one line that a warehouse manager could check."""
