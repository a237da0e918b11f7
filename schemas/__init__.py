"""The formats at the system's borders: record schemas, topic descriptors, channel files, ERP files."""
