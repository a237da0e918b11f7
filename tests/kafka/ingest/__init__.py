"""The receiver on a real Kafka."""
