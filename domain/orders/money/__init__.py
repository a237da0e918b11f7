"""What orders are worth, and what invoices state for them."""
