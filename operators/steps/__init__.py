"""The steps that flows are made of: decode, map, emit, hold back, put aside."""
