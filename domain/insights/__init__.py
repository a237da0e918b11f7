"""Insights: what is counted over the business, in windows of event time (design: domain, section 10)."""
