"""The contracts: Avro files, topics, released versions, and the classes that carry them."""
