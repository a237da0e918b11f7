"""Units of measure in the ledger."""
