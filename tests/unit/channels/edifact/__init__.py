"""EDIFACT: the reader, and what the files of the release make of its messages."""
