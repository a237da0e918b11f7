"""What other systems have of an order, compared with what is known here."""
