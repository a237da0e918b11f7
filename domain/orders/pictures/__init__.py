"""Pictures: the whole of an order as its channel shows it now (docs/domain.md#pictures)."""
