"""Apache Kafka: its clients, and questions to a cluster."""
