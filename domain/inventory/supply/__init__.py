"""Dated supply: what is on its way to the nodes, and on which day it serves the claims that wait."""
