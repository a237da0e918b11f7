"""The rules of a channel file for parts of orders: money, and returns."""
