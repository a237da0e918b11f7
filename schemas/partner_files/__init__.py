"""Partner files: what is agreed with EDI partners, one file a partner."""
