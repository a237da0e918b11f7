"""Views of the log for people: the story of an order, readable records, trends."""
