"""Insights: facts are counted by input partition, then added up into windows."""
