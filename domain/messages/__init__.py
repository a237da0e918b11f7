"""Everything that is said between flows and to the world: frozen values, one module for each area."""
