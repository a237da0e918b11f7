"""Lines that need none of our stock: nothing leaves of them, or the channel ships them (docs/domain.md)."""
