"""Channel files that are published while intake runs."""
