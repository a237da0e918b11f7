"""The rules of a channel file for snapshots, of stock and of orders."""
