"""Local servers that behave like each vendor, on real sockets: demo, tests and benchmarks use them."""

from channels.stand_ins.behaviour import Behaviour, Seen
from channels.stand_ins.receiver import ReceiverStandIn
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from channels.stand_ins.wecom_app import WecomAppStandIn

__all__ = [
    "Behaviour",
    "ReceiverStandIn",
    "Seen",
    "SmtpStandIn",
    "TwilioStandIn",
    "WecomAppStandIn",
    "WecomStandIn",
]
