"""Each document as an X12 transaction set."""
