"""All of the product in one process and one thread, on the time of the data: the same input, the same bytes."""
