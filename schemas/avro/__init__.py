"""The Avro machinery: contract files, layouts, encoding and decoding."""
