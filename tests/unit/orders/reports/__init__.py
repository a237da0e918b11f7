"""What other systems have of an order."""
