"""What EDI partners are owed: answers, notices, invoices, and the acknowledgements of both sides."""
