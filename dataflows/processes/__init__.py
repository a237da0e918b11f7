"""Processes of the product: kept alive, ended in good order."""
