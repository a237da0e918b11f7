"""The contract of appenders, on either log."""
