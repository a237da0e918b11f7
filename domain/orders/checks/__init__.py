"""What services decide about the order, and what comes of it."""
