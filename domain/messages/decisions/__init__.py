"""What services decide about orders."""
