"""The pure rules of orders, inventory and ERP dispatch: no clock, no chance, no input or output."""
