"""The Avro machinery: schemas of our files, layouts, and values to bytes and back."""
