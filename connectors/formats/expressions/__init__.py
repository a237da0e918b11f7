"""What the expressions of channel files come to in a document: conditions, numbers, lists."""
