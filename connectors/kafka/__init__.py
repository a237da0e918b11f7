"""Apache Kafka: its clients, and requests to a cluster."""
