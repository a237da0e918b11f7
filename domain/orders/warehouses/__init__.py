"""What warehouses are asked: to pick, to cancel, to stop what another one has shipped; and what they answer."""
