"""Verdict tables and examples of ERP dispatch."""
