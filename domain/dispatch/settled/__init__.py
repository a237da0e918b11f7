"""Commands that have left, and what the ERP says of them later."""
