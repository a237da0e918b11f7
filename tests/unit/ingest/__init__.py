"""The receiver, called without a network."""
