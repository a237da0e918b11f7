"""What a channel file may say, for editors and readers, from the models."""
