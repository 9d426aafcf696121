"""Run stand-ins as a process of their own: `python -m channels.stand_ins --twilio-port 0`.

A vendor whose port is given is started (0: a free port). One JSON line on stdout names what was
started; every message taken is a JSON line in `--log`. Ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.receiver import ReceiverStandIn
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from channels.stand_ins.wecom_app import WecomAppStandIn


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m channels.stand_ins", description=__doc__)
    parser.add_argument("--twilio-port", type=int)
    parser.add_argument("--twilio-account", default=ACCOUNT_SID)
    parser.add_argument("--twilio-token", default=AUTH_TOKEN)
    parser.add_argument("--wecom-port", type=int)
    parser.add_argument("--wecom-app-port", type=int)
    parser.add_argument("--smtp-port", type=int)
    parser.add_argument("--receiver-port", type=int, help="an operator's platform")
    parser.add_argument("--behaviour", type=_behaviour, default=Behaviour(), help="JSON of Behaviour")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", type=Path, help="append each message taken as a JSON line")
    parser.add_argument(
        "--remember", action="store_true", help="keep messages, so that Twilio's can be fetched"
    )
    options = parser.parse_args(arguments)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        sys.exit(f"cannot serve: {error}")


def _behaviour(text: str) -> Behaviour:
    try:
        return Behaviour.read(text)
    except (ValueError, TypeError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


async def _serve(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    source = random.Random(options.seed)  # noqa: S311 -- chance, not secrecy
    started: dict[str, object] = {}
    async with AsyncExitStack() as stack:
        if options.twilio_port is not None:
            twilio = await stack.enter_async_context(
                TwilioStandIn(
                    options.behaviour,
                    port=options.twilio_port,
                    account_sid=options.twilio_account,
                    auth_token=options.twilio_token,
                    random_source=source,
                    log=options.log,
                    remember=options.remember,
                )
            )
            started |= {"twilio_port": twilio.port, "twilio_url": twilio.url}
        if options.wecom_port is not None:
            wecom = await stack.enter_async_context(
                WecomStandIn(
                    options.behaviour,
                    port=options.wecom_port,
                    random_source=source,
                    log=options.log,
                    remember=options.remember,
                )
            )
            started |= {"wecom_port": wecom.port, "wecom_url": wecom.url}
        if options.wecom_app_port is not None:
            app = await stack.enter_async_context(
                WecomAppStandIn(
                    options.behaviour,
                    port=options.wecom_app_port,
                    random_source=source,
                    log=options.log,
                    remember=options.remember,
                )
            )
            started |= {"wecom_app_port": app.port, "wecom_app_url": app.url}
        if options.smtp_port is not None:
            smtp = await stack.enter_async_context(
                SmtpStandIn(
                    options.behaviour,
                    port=options.smtp_port,
                    random_source=source,
                    log=options.log,
                    remember=options.remember,
                )
            )
            started |= {"smtp_port": smtp.port}
        if options.receiver_port is not None:
            receiver = await stack.enter_async_context(
                ReceiverStandIn(options.behaviour, port=options.receiver_port, random_source=source)
            )
            started |= {"receiver_port": receiver.port, "receiver_url": receiver.url}
        sys.stdout.write(json.dumps(started) + "\n")
        sys.stdout.flush()
        await stop.wait()


main()
