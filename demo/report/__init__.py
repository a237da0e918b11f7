"""The report: what a run did, counted from the log and by the ERP, not from what the flows say of themselves."""
