"""What happened to the goods of an order: picked, shipped, returned, and what of it is credited."""
