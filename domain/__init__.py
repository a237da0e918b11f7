"""The pure rules of orders, inventory and ERP dispatch: no clock, no randomness, no input or output."""
