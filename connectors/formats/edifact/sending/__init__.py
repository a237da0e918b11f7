"""EDIFACT messages for partners, written."""
