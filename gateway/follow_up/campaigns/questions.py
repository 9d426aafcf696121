"""Makes the questions of running campaigns into messages, a slice at a time, and ends what has run out.

They leave within the office's hours and outside a person's quiet hours, one after another at a quarter of
what a lane can do: a warning never finds its lane's allowance spent.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from sqlalchemy import Connection

from gateway.broadcasts.launching import priority
from gateway.broadcasts.preparing.manifest import words_hash
from gateway.directory.night import in_hours, quiet_end
from gateway.follow_up.campaigns import campaigns as follow_up_campaigns
from gateway.ledger.backends import incarnation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import deliveries, lanes
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.delivery.routes import Choice
from gateway.ledger.directory import campaign_messages, campaigns, contacts
from gateway.ledger.directory.campaign_messages import QuestionNotice, ToAsk
from gateway.ledger.directory.campaigns import Campaign
from gateway.moments import milliseconds, moment
from gateway.notices.model import Office
from gateway.notices.question import QuestionWords, email_question, sms_question
from gateway.rounds import Rounds
from gateway.settings import Settings
from gateway.sign_tokens import QUESTION_SLOT, SignTokens

_SLICE = 100  # addresses in one transaction: short enough for a claim to come between
_SHARE = 0.25  # of a lane's pace
_LONGEST_SLEEP = (
    5.0  # seconds: so soon a campaign is noticed whose start did not wake us, or one that has run out
)


@dataclass(frozen=True, slots=True)
class Manner:
    """How questions leave: between which hours (China Standard Time; the same twice: at any), and how many
    ms a lane of each account lets pass between two of them."""

    begins: time
    ends: time
    intervals: Mapping[str, float]

    @classmethod
    def of(cls, settings: Settings) -> "Manner":
        """As the settings say."""
        begins, ends = settings.office.asking_hours
        return cls(
            time.fromisoformat(begins),
            time.fromisoformat(ends),
            {name: 1000 / (account.per_second * _SHARE) for name, account in settings.accounts.items()},
        )


class Asker(Rounds):
    """Looks after campaigns. `queued` is called when there is something to send."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        office: Office,
        tokens: SignTokens,
        manner: Manner,
        queued: Callable[[], None],
    ) -> None:
        super().__init__("asking", ledger, clock, _LONGEST_SLEEP)
        self._office = office
        self._tokens = tokens
        self._manner = manner
        self._queued = queued

    async def _round(self) -> None:
        if await self._ledger.read(campaigns.run_out, self._clock()):
            await self._ledger.write(end_run_out, self._clock())
        while await self._ledger.read(_waiting, self._clock()):
            await self._ledger.write(expand_slice, self._office, self._tokens, self._manner, self._clock())
            self._queued()


def _waiting(connection: Connection, now: int) -> bool:
    """Whether somebody is to be asked; nobody in a restored copy that sends nothing yet."""
    return incarnation.guard(connection) is None and campaigns.unexpanded(connection, now) is not None


def end_run_out(connection: Connection, now: int) -> None:
    """Write down the end of campaigns whose time is over."""
    for campaign in campaigns.run_out(connection, now):
        follow_up_campaigns.end(connection, campaign, now, "(time)")


def expand_slice(
    connection: Connection, office: Office, tokens: SignTokens, manner: Manner, now: int
) -> bool:
    """Make the next questions of the oldest running campaign into messages; False: nothing is left to do.

    `now` in milliseconds since 1970 UTC.
    """
    campaign = campaigns.unexpanded(connection, now)
    if campaign is None:
        return False
    campaign_messages.take(connection, campaign.broadcast_id)
    waiting = campaign_messages.to_ask(connection, campaign.id, _SLICE)
    if not waiting:
        campaign_messages.expanded(connection, campaign.broadcast_id, now)
        return True
    messages = [
        _asked(connection, office, tokens, campaign, list(about))
        for _, about in groupby(waiting, key=lambda each: each.address_id)
    ]
    deliveries.insert(connection, _deliveries(connection, campaign, messages, manner, now))
    return True


def _asked(
    connection: Connection,
    office: Office,
    tokens: SignTokens,
    campaign: Campaign,
    about: Sequence[ToAsk],
) -> tuple[ToAsk, int]:
    """One address's question as a notice of its own."""
    first = about[0]
    words = _words(office, campaign, about)
    notice_id = campaign_messages.add_notice(
        connection,
        campaign.id,
        QuestionNotice(
            first.kind,
            words_hash(words.title, [words.text], words.html),
            words.title,
            json.dumps([words.text], ensure_ascii=False),
            words.html,
        ),
    )
    links = QUESTION_SLOT in words.text
    token = tokens.question_sha256(notice_id) if links else None
    campaign_messages.asked(connection, [each.id for each in about], notice_id, token)
    return first, notice_id


def _words(office: Office, campaign: Campaign, about: Sequence[ToAsk]) -> QuestionWords:
    language, names = about[0].language, [each.organisation for each in about]
    if about[0].kind == "sms":
        return sms_question(office, names, language, exercise=campaign.exercise)
    link = f"{question_page(office)}{QUESTION_SLOT}"
    return email_question(
        office, names, language, moment(campaign.expires_at), link, exercise=campaign.exercise
    )


def question_page(office: Office) -> str:
    """What the link of a question begins with, beside that of a signature."""
    return f"{(office.sign_at or '').removesuffix('/s/')}/v/"


def _deliveries(
    connection: Connection,
    campaign: Campaign,
    messages: Sequence[tuple[ToAsk, int]],
    manner: Manner,
    now: int,
) -> list[NewDelivery]:
    choice = Choice(connection, campaign.exercise, now)
    accounts = {lane.id: lane.account for lane in lanes.all_lanes(connection)}
    quiet = contacts.quiet_hours(connection, [each.address_id for each, _ in messages])
    free: dict[int, float] = {}  # by lane: from when on it asks the next
    found: list[NewDelivery] = []
    for each, notice_id in messages:
        lane_id = choice.lane(each.kind, each.value)
        due_at = float(now)
        if lane_id is not None:
            interval = manner.intervals.get(accounts[lane_id], 1000.0)
            if lane_id not in free:
                last = campaign_messages.last_due(connection, lane_id, priority.QUESTION)
                free[lane_id] = max(now, (last or 0) + interval)
            begins = in_hours(moment(int(free[lane_id])), manner.begins, manner.ends)
            due_at = begins.timestamp() * 1000
            free[lane_id] = due_at + interval
        found.append(
            NewDelivery(
                broadcast_id=campaign.broadcast_id,
                exercise=campaign.exercise,
                audience=each.audience,
                channel=each.kind,
                area=each.area,
                organisation_id=each.organisation_id,
                address_id=each.address_id,
                notice_id=notice_id,
                part=0,
                lane_id=lane_id,
                priority=priority.QUESTION,
                due_at=_undisturbed(int(due_at), quiet.get(each.address_id)),
                state="queued" if lane_id is not None else "suppressed",
                reason=None if lane_id is not None else "configuration",
            )
        )
    return found


def _undisturbed(due_at: int, quiet: tuple[str, str] | None) -> int:
    """The moment, or the end of the quiet hours in which it lies."""
    end = None if quiet is None else quiet_end(moment(due_at), *quiet)
    return due_at if end is None else milliseconds(end)
