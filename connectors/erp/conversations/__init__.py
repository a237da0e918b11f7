"""Rules of ERPs as conversations, and who holds them."""
