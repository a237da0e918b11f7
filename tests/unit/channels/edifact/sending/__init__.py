"""EDIFACT messages for partners, as they are written."""
