"""Each document as an EDIFACT message."""
