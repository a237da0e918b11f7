"""Snapshots that other systems take, of stock and of orders."""
