"""Options that several commands share, and the rules between them."""
