"""The business documents about an order: by what each is known, and what it counts."""
