"""Laws of the claims of orders: from when they wait, and which node serves them."""
