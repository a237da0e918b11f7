"""The channels of the demo, in the shapes of real ones."""
