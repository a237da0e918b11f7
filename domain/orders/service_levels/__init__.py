"""What a channel promises about the pace of its orders."""
