"""Apprise: a notifier without a queue; one notification a message, in 8 threads as its own async mode."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import job
from apprise import Apprise
from apprise.plugins.custom_json import NotifyJSON  # loaded before the clock starts

place_of = urlsplit(job.TARGET)
names = ":msgtype=markdown&:message=content&:title=&:type=&:version="
text = json.loads(job.BODY)["markdown"]["content"]


def send(_place):
    notifier = Apprise()
    notifier.add(f"json://{place_of.netloc}{place_of.path}?{place_of.query}&{names}")
    return bool(notifier.notify(body=text))


def work():
    with ThreadPoolExecutor(8) as pool:
        job.Count.accepted = sum(pool.map(send, range(job.MESSAGES)))


clock = job.Clock()
work()
clock.finish()
