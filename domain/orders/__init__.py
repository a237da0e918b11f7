"""What an order is, what may happen to it, and what follows from it."""
