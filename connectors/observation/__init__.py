"""What those who run the flows see of them from outside: probes and metrics."""
