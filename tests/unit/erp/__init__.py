"""The ERP connector, the simulated ERP, the simulated warehouse."""
