"""The receiver: webhooks and calls over HTTP become records of source topics."""
