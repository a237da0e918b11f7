"""The demo: simulated channels, warehouse and ERP, a real year, and the report that judges them."""
