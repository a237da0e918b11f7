"""The cases of a flow: each at its home, and those of an order until it is purged."""
