"""What the customer of an order is to hear."""
