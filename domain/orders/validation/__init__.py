"""Orders are checked against master data."""
