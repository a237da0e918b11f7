"""Reasons that keep an order from going on."""
