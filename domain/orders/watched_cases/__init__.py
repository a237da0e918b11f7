"""Open cases of an order that end by themselves when what they are about is over, whatever ends it."""
