"""The machines of the benchmarks' jobs."""
