"""The language of channel files: its fields, rules and sources, and the loader that checks a file."""
