"""The X12 reader: segments, envelopes, documents."""
