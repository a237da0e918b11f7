"""Weeks of the same work, day after day on the time of the data: what is kept must not grow with them."""
