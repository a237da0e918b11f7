"""Parcels: what carriers report of them is joined to the orders that have units in them (docs/domain.md)."""
