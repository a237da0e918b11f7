"""One member of a flow's consumer group: transactions, rebalances, takeover and restore."""
