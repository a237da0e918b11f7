"""Insights: what is counted over the business, in windows of event time (docs/domain.md#insights)."""
