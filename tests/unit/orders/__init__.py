"""The order machine by itself: verdict tables."""
