"""The EDI flow: what partners are told, and what they acknowledge."""
