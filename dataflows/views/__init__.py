"""What a person is shown of the log: the story of an order, records in words, trends."""
