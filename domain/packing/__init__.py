"""Packs of shipments: what names them, and what may be in them."""
