"""The order machine: its state, its transitions, and their effects."""
