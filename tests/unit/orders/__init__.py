"""The order machine alone: verdict tables."""
