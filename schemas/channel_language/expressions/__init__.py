"""The expressions of channel files: conditions, lists, notations."""
