"""Facts about the goods of orders: picked, shipped, and what undoes a pick."""
