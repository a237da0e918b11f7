"""HTTP for the adapters of ERPs: no write without a permit, no response without an end."""
