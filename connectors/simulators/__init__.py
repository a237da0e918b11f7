"""Partners that are not there in a demo or a test: an ERP behind HTTP, a warehouse on the log."""
