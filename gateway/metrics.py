"""What one process counts and measures for Prometheus. docs/operations.md says what each figure means.

Labels are closed: channels, audiences, states, reasons, outcomes, route templates, and accounts and
lanes by name and id. A lane's own name is a sender's number or a group and never a label.
"""

from collections.abc import Hashable, Sequence
from importlib.metadata import version
from platform import python_version
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import generate_latest

from channels.contract import Accepted, Outcome, Reason, Receipt
from gateway.ledger.figures import Figures

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nobody reads

_SEND = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # seconds
_LEDGER = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)  # seconds
_PARKED_FOR = {*Reason, "too_many_unknown"}
_STANDINGS = ("closed", "half_open", "open")
_BATCH = (1, 5, 20, 50, 100, 200, 500, 1000)  # entries


class Metrics:
    """The figures of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("airwarn_build", "Version of airwarn and of Python", registry=registry).info(
            {"version": version("airwarn"), "python": python_version()}
        )

        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"airwarn_{name}", words, labels, registry=registry)

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            return Gauge(f"airwarn_{name}", words, labels, registry=registry)

        def histogram(name: str, words: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(f"airwarn_{name}", words, labels, registry=registry, buckets=buckets)

        self._attempts = counter("attempts", "Answers by outcome", "account", "lane", "outcome", "reason")
        self._sending = histogram("send_seconds", "A provider's time to answer", _SEND, "account", "lane")
        self._moved = counter("deliveries_moved", "Queued messages handed to another route", "account", "to")
        self._receipts = counter("receipts", "Receipts taken", "account", "state")
        self._questions = counter(
            "questions", "Messages that a provider was asked about, by whether it knew", "account", "answer"
        )
        self._forged = counter("callbacks_forged", "Callbacks that were not a provider's")
        self._batches = histogram("recorder_batch_entries", "Entries of a group commit", _BATCH)
        self._commits = histogram("recorder_commit_seconds", "Time of a group commit", _LEDGER)
        self.recorder_behind = gauge("recorder_behind", "1 while claiming waits for the recorder")
        self._bus = gauge("bus_reachable", "1 while Redis can be used; absent without one", "through")
        self._bus_lost = counter("bus_lost", "How often Redis was lost", "through")
        self._ledger = histogram("ledger_transaction_seconds", "A transaction's time", _LEDGER, "kind")
        self._requests = counter("http_requests", "Requests answered", "method", "route", "status")
        self._readable = gauge("ledger_readable", "1 if the ledger answered this scrape")
        self._deliveries = gauge(
            "deliveries",
            "Deliveries of the last 48 hours' broadcasts",
            "exercise",
            "audience",
            "channel",
            "state",
        )
        self._unknown = gauge("deliveries_unknown", "Those of them that may have left", "channel")
        self._depth = gauge("queue_depth", "Deliveries queued", "account", "lane", "priority")
        self._overdue = gauge(
            "queue_oldest_due_seconds", "How long the first has been due", "account", "lane", "priority"
        )
        self._parked = gauge(
            "lane_parked", "1 while a lane rests", "account", "lane", "channel", "exercise", "reason"
        )
        self._breaker = gauge(
            "lane_breaker",
            "0 closed, 1 half-open (on trial), 2 open",
            "account",
            "lane",
            "channel",
            "exercise",
        )
        self._worked = gauge("account_worked", "1 while somebody sends on the account", "account")
        self._owed = gauge("obligations_open", "What is owed: reports, filings, lifts", "exercise")
        self._late = gauge("obligations_overdue", "What is owed past its deadline", "exercise")
        self._orders = counter("orders", "Orders of other levels that were kept", "verdict")
        self._orders_refused = counter("orders_refused", "Orders that were not kept", "reason")
        self._orders_waiting = gauge("orders_waiting", "Orders that wait for people", "exercise")
        self._past_end = gauge(
            "warnings_past_their_end", "Warnings and hints that no decision ended in time", "exercise"
        )
        self._children: dict[Hashable, Any] = {}

    def of_lane(self, account: str, lane_id: int) -> "LaneMetrics":
        """What one lane counts."""
        lane = (account, str(lane_id))
        return LaneMetrics(self._attempts, self._sending.labels(*lane), lane)

    def took(self, account: str, receipts: Sequence[Receipt]) -> None:
        """A callback's receipts were recorded."""
        for receipt in receipts:
            self._child(self._receipts, account, receipt.state).inc()

    def asked(self, account: str, answered: int, unanswered: int) -> None:
        """A provider was asked about messages: of so many it told, of so many it knew or said nothing."""
        self._child(self._questions, account, "answered").inc(answered)
        self._child(self._questions, account, "unanswered").inc(unanswered)

    def moved(self, account: str, to: str, deliveries: int) -> None:
        """What waited on a lane of `account` waits on one of `to` now."""
        self._child(self._moved, account, to).inc(deliveries)

    def forged(self) -> None:
        """A callback was refused."""
        self._forged.inc()

    def order_received(self, verdict: str) -> None:
        """An order of another level was kept."""
        self._child(self._orders, verdict).inc()

    def order_refused(self, reason: str) -> None:
        """A message was not kept: nothing proves it, or another of its name is here."""
        self._child(self._orders_refused, reason).inc()

    def recorded(self, entries: int, seconds: float) -> None:
        """A group commit was made."""
        self._batches.observe(entries)
        self._commits.observe(seconds)

    def transaction(self, kind: str, seconds: float) -> None:
        """A transaction of the ledger (`read` or `write`) ended; called in any thread."""
        self._child(self._ledger, kind).observe(seconds)

    def bus_turned(self, reachable: bool) -> None:
        """Redis can be used, or no longer can."""
        self._bus.labels("redis").set(reachable)
        self._bus_lost.labels("redis").inc(not reachable)

    def request(self, method: str, route: str, status: int) -> None:
        """A request was answered; `route` is a template, never a path."""
        self._child(self._requests, method, route, str(status)).inc()

    def exposition(self, figures: Figures | None) -> bytes:
        """Everything in Prometheus' text format; `figures` are the ledger's, None if it did not answer."""
        for each in (
            self._deliveries,
            self._unknown,
            self._depth,
            self._overdue,
            self._parked,
            self._breaker,
            self._worked,
            self._owed,
            self._late,
            self._past_end,
            self._orders_waiting,
        ):
            each.clear()
        self._readable.set(figures is not None)
        if figures is not None:
            self._show(figures)
        return generate_latest(self.registry)

    def _show(self, figures: Figures) -> None:
        for count in figures.deliveries:
            exercise = _flag(count.exercise)
            self._deliveries.labels(exercise, count.audience, count.channel, count.state).set(
                count.deliveries
            )
            if count.state == "unknown":
                self._unknown.labels(count.channel).inc(count.deliveries)
        for queue in figures.queues:
            labels = (queue.account, str(queue.lane_id), str(queue.priority))
            self._depth.labels(*labels).set(queue.deliveries)
            self._overdue.labels(*labels).set(queue.overdue / 1000)
        for owing in figures.owing:
            past = sum(each.exercise == owing.exercise for each in figures.past_their_end)
            self._owed.labels(_flag(owing.exercise)).set(owing.open)
            self._late.labels(_flag(owing.exercise)).set(owing.overdue)
            self._past_end.labels(_flag(owing.exercise)).set(past)
        for of_exercise, waiting in figures.orders_waiting.items():
            self._orders_waiting.labels(_flag(of_exercise)).set(waiting)
        for account, worked in figures.worked.items():
            self._worked.labels(account).set(worked)
        for lane in figures.lanes:
            names = (lane.account, str(lane.id), lane.channel, _flag(lane.exercise))
            reason = lane.parked_reason
            # a person who parks a lane gives a reason in words of their own
            word = "none" if reason is None else reason if reason in _PARKED_FOR else "by_hand"
            self._parked.labels(*names, word).set(reason is not None)
            self._breaker.labels(*names).set(_STANDINGS.index(lane.standing))

    def _child(self, metric: Any, *labels: str) -> Any:
        """A metric with these labels; prometheus-client's own look-up takes a lock and checks each time."""
        key = (metric, labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return child


class LaneMetrics:
    """Answers of one lane."""

    def __init__(self, attempts: Counter, sending: Histogram, labels: tuple[str, str]) -> None:
        self._attempts = attempts
        self._sending = sending
        self._labels = labels
        self._children: dict[tuple[type, str], Counter] = {}

    def answered(self, outcomes: Sequence[Outcome], seconds: float) -> None:
        """One request was answered, or given up, after so long."""
        self._sending.observe(seconds)
        for outcome in outcomes:
            reason = "none" if isinstance(outcome, Accepted) else outcome.reason.value
            key = (type(outcome), reason)
            child = self._children.get(key)
            if child is None:
                word = type(outcome).__name__.lower()
                child = self._children[key] = self._attempts.labels(*self._labels, word, reason)
            child.inc()


def _flag(value: bool) -> str:
    return "true" if value else "false"
