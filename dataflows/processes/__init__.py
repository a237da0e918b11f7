"""Processes of the product: supervision and orderly shutdown."""
