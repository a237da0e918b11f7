"""Whether an order is a second one for the same purchase: who is asked, and who knows."""
