"""The one job that every peer does: post a message whose body is ready.

Runs in a peer's own environment, so it imports nothing of airwarn; its settings are environment variables.
"""

import json
import os
import sys
import time

TARGET = os.environ["TARGET"]
BODY = os.environ["BODY"].encode()
REDIS = os.environ["REDIS"]
MESSAGES = int(os.environ["MESSAGES"])
IN_FLIGHT = int(os.environ["IN_FLIGHT"])
HEADERS = {"Content-Type": "application/json"}


class Count:
    """How many messages the provider took."""

    accepted = 0

    @classmethod
    def answered(cls, content: bytes) -> None:
        cls.accepted += json.loads(content)["errcode"] == 0

    @classmethod
    def complete(cls) -> bool:
        return cls.accepted == MESSAGES


class Clock:
    """From the first job stored to the last answer; imports are done before it starts."""

    def __init__(self) -> None:
        self._seconds, self._cpu = time.perf_counter(), time.process_time()

    def finish(self) -> None:
        """Print the figures and end, whatever threads a peer leaves behind."""
        figures = {
            "cpu": time.process_time() - self._cpu,
            "seconds": time.perf_counter() - self._seconds,
        }
        print(json.dumps(figures), file=sys.__stdout__, flush=True)
        os._exit(0 if Count.complete() else 1)
