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
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from pathlib import Path

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.receiver import ReceiverStandIn
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from channels.stand_ins.wecom_app import WecomAppStandIn

_StandIn = TwilioStandIn | WecomStandIn | WecomAppStandIn | SmtpStandIn | ReceiverStandIn


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
    taken = {"log": options.log, "remember": options.remember}
    twilio = partial(TwilioStandIn, account_sid=options.twilio_account, auth_token=options.twilio_token)
    vendors: dict[str, Callable[..., AbstractAsyncContextManager[_StandIn]]] = {
        "twilio": partial(twilio, **taken),
        "wecom": partial(WecomStandIn, **taken),
        "wecom_app": partial(WecomAppStandIn, **taken),
        "smtp": partial(SmtpStandIn, **taken),
        "receiver": ReceiverStandIn,
    }
    started: dict[str, object] = {}
    async with AsyncExitStack() as stack:
        for name, vendor in vendors.items():
            port = getattr(options, f"{name}_port")
            if port is None:
                continue
            running = await stack.enter_async_context(
                vendor(options.behaviour, port=port, random_source=source)
            )
            started[f"{name}_port"] = running.port
            if not isinstance(running, SmtpStandIn):
                started[f"{name}_url"] = running.url
        sys.stdout.write(json.dumps(started) + "\n")
        sys.stdout.flush()
        await stop.wait()


main()
