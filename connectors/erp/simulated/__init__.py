"""The adapter to the demo's ERP simulator."""
