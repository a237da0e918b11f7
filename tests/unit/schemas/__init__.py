"""The contracts: files, lock, codec, headers, topics, and how registries and brokers learn of them."""
