"""ERPs: the port to one ERP, its implementations, and the process that executes its commands."""
