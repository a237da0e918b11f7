"""Master data of items."""
