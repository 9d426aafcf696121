"""Messages on their way: queue, lanes, accounts, attempts, receipts, and counts of them."""
