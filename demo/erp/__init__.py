"""The ERP simulator: a separate process behind HTTP, with its own durable database."""
