"""An order and its ERP: what became of its commands, and what a person can do about those that were refused."""
