"""The image, the compose file and the chart, held against the schemas of those who will read them; no Docker needed."""
