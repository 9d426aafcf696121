"""Providers behind one contract; knows nothing of the gateway.

A new provider is one file beside its like: a class with `profile`, `send`, `callback`, `poll` and
`aclose` (`contract.Channel`), the vendor's words mapped to ours in one literal table at the top, all
requests through `http`. With it come a stand-in in `stand_ins`, a table of answers in its test, and,
where it has callbacks, the shared test of authenticity.
"""
