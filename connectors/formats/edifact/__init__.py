"""EDIFACT interchanges, read into documents."""
