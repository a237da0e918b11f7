"""A marketplace that implements the calls of docs/reference/shops.md; the adapter to copy from for another."""
