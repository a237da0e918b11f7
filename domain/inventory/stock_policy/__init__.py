"""What of an item's stock may be promised, and to which channel."""
