"""What customers are to be told of their orders."""
