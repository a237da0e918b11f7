"""One suite over each port's implementations."""
