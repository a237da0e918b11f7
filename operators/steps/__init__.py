"""The steps that flows are made of: decode, map, emit, pause sources, write dead letters."""
