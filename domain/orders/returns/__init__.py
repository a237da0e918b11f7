"""Returns that are asked for, authorised, expected, received and closed."""
