"""The ERP simulator: a process of its own behind HTTP, with a durable store of its own."""
