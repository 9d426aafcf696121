"""Apprise: a notifier without a queue; a form a number, in 8 threads (its own async mode is threads too)."""

import os
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, quote, urlsplit

import job
from apprise import Apprise
from apprise.plugins.custom_form import NotifyForm  # loaded before the clock starts

fields = parse_qs(job.BODY.decode())
place_of = urlsplit(job.TARGET)
own = "&".join(f":{name}={quote(value[0])}" for name, value in fields.items() if name not in ("To", "Body"))
login = os.environ["LOGIN"]


def send(place):
    notifier = Apprise()
    number = quote(f"{fields['To'][0]}{place:08d}")
    names = f"{own}&:To={number}&:message=Body&:title=&:type=&:version="
    notifier.add(f"form://{login}@{place_of.netloc}{place_of.path}?{names}")
    return bool(notifier.notify(body=fields["Body"][0]))


def work():
    with ThreadPoolExecutor(8) as pool:
        job.Count.accepted = sum(pool.map(send, range(job.MESSAGES)))


clock = job.Clock()
work()
clock.finish()
