"""What crosses our borders: record schemas, topic descriptors, channel files."""
