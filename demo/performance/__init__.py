"""A demo at work: its children, its live view, and how it ends."""
