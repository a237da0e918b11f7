"""What is asked for and decided about returns, and the rules by which they may come."""
