"""What the benchmarks measure by, tried on what is known."""
