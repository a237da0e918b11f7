"""The warehouse simulator: answers warehouse commands with picks and shipments."""
