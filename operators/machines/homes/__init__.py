"""Rows that orders ask for by message: of purchase order numbers, and of customers."""
