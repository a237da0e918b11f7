"""Whole flows under hostile records: none may end, and whatever is put aside is named."""
