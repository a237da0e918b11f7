"""A real Apache Kafka for tests and developers, with no Docker and no installed Java."""
