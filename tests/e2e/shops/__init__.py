"""Shops from end to end: an order comes in, the warehouse ships, and the shop is told."""
