"""Other queues and notifiers doing the same job on the same sink; `bench/queues.py` runs them."""
