"""Examples of what each source sends, and the canonical messages that become of them."""
