"""Stock facts: what warehouses report of their stock, and how it moves the accounts of an item."""
