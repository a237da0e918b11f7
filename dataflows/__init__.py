"""The flows, one file each, and the command line that runs them."""
