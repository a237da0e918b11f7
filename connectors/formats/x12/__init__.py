"""X12 interchanges, read into documents."""
