"""The log port, and the code that both logs and their users share."""
