"""What is said to EDI partners and by them, whatever the syntax that carries it."""
