"""What is wrong with a channel file though each of its fields is right."""
