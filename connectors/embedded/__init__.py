"""The embedded log: topics, offsets and state in one RocksDB."""
