"""Complete lists of orders: gathered at their home, and compared in every partition of the orders."""
