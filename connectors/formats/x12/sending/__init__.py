"""X12 that we send: envelopes, acknowledgements."""
