"""Local servers that behave like each vendor, on real sockets: demo, tests and benchmarks use them."""

from channels.stand_ins.behaviour import Behaviour, Seen
from channels.stand_ins.twilio import TwilioStandIn

__all__ = ["Behaviour", "Seen", "TwilioStandIn"]
