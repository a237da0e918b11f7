"""Maps documents about orders: placed, cancelled, held, picked, shipped, returned, and answers of warehouses."""
