"""Money: amounts, prices with their basis, charges, and what adjusts them (docs/domain.md#money)."""
