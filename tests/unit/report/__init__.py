"""The report finds what it claims to find."""
