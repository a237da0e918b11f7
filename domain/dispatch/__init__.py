"""The way of a command to an ERP: queue, gate, outcomes."""
