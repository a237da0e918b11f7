"""Channel files that are published while the flows run."""
