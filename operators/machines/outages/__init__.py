"""What is away, as the orders flow keeps it."""
