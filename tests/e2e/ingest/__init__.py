"""The receiver as a process, called over the network."""
