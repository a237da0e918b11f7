"""The log port, and what both logs and their users share."""
