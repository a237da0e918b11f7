"""From the bytes of any source to canonical messages, as its channel file says."""
