"""All messages between flows and to subscribers: frozen values, one module per area."""
