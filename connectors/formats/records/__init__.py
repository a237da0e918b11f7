"""Reads the bytes of a record into documents."""
