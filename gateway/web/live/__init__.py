"""The live page: how a broadcast is going, for people, second by second."""
