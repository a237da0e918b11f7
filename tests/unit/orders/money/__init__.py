"""What orders are worth."""
