"""How often an address may open links that do not exist.

Guessing 130 bits is hopeless at any pace; this keeps it from being work for the ledger's readers. Who has
a link is never kept waiting: a plant signs although somebody behind the same address guesses.
"""

from gateway.bus.limits import Limit

BURST = 20
GUESSES = Limit("guess", 0.2, BURST)
