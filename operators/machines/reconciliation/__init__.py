"""The rows of snapshots of other systems, and of their differences to the ledger."""
