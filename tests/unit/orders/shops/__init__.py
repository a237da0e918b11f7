"""What shops are told of their orders."""
