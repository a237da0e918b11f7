"""Claims on stock: their rows, the supply that they wait for, and the days that they are promised."""
