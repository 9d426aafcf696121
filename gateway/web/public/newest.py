"""What the public is told, made once and kept until something changes: in the ledger, or by the clock.

The ledger is asked once a second at most, while somebody reads, and at once when the bus tells of a launch.
While it does not answer, what was known is told with its age; after `MOST_STALE` nothing is.
"""

import asyncio
import logging
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.bus.words import LOOK_SECONDS
from gateway.exchange import atom, cap, payload_json, public_json
from gateway.exchange.model import Alert, written
from gateway.exchange.register import Register
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import publications, published
from gateway.ledger.decisions.publications import Publication
from gateway.ledger.decisions.published import Head, Released
from gateway.logs import Ration
from gateway.moments import milliseconds, moment
from gateway.web.public.documents import Document, as_json, document

PATIENCE = 1.0  # seconds that a reader waits for a look at the ledger
FIRST_PATIENCE = 10.0  # and after a start, when there is nothing older to tell in its place
STALE = 10_000  # ms after the last look; then answers say that they are old
MOST_STALE = 900_000  # ms: as long as operators have to pass a warning on
STEP = 30_000  # ms in which an unchanged state is told with the same moment, and so the same bytes
_SLICE = 200  # messages read at a time
_MOST_PAGES = 64
_MOST_FILES = 256
_DAY = 86_400_000  # ms
_ATOM = f"{atom.MEDIA_TYPE}; charset=utf-8"

_log = logging.getLogger(__name__)


class Unknown(Exception):
    """What holds is not known now: the ledger never answered or long ago, or it is a copy (`guarded`)."""

    def __init__(self, *, guarded: bool) -> None:
        self.guarded = guarded


@dataclass(frozen=True, slots=True)
class Told:
    """What is told until `until`; moments in milliseconds since 1970 UTC. `as_of`: when it was last known
    so, in whole steps. `stale`: that is long ago."""

    feed: Document
    state: Document
    as_of: int
    until: int
    stale: bool

    @property
    def moment(self) -> datetime:
        """`as_of` as a moment."""
        return moment(self.as_of)


class Newest:
    """The newest that is known. `origin` is where readers reach us, `author` what the office is called."""

    def __init__(self, ledger: Ledger, clock: Clock, origin: str, author: str) -> None:
        self.register = Register()
        self._ledger = ledger
        self._clock = clock
        self._origin = origin.rstrip("/")
        self._author = author
        self.progress: list[Publication] = []  # the newest first
        self.control_list: Publication | None = None  # the last word about it, if any was said
        self.beside = (0, 0)  # the version of both
        self._newest_id = 0
        self._looked_at: int | None = None  # ms, by the ledger's clock
        self._guarded = False
        self._turns: list[int] = []  # ms, in order
        self._started = clock()
        self._told: Told | None = None
        self._before: Told | None = None
        self._looks_again = 0.0  # by the loop's clock
        self._look: asyncio.Task[None] | None = None
        self._began = 0.0
        self._pages: dict[int | None, tuple[int, Document]] = {}
        self._files: dict[str, Document] = {}
        self._ration = Ration()

    def look(self) -> None:
        """There may be something new."""
        self._looks_again = 0.0

    async def told(self) -> tuple[Told, int]:
        """What is told now, and for how many seconds it surely stays so. Raises `Unknown`."""
        await self._looked(asyncio.get_running_loop())
        now = self._clock()
        if self._looked_at is None or self._guarded or now - self._looked_at > MOST_STALE:
            raise Unknown(guarded=self._guarded)
        stale = now - self._looked_at > STALE
        told = self._told
        if told is None or now >= told.until or told.stale != stale:
            told = self._told = self._tell(now, self._looked_at, stale)
        return told, max(0, told.until - now) // 1000

    def progress_of(self, plans: Iterable[str]) -> list[Publication]:
        """What is published of the last episode of each of these plans, the newest first."""
        episodes = {self.register.newest(plan).episode for plan in plans}
        return [each for each in self.progress if each.episode_id in episodes]

    def now(self) -> datetime:
        """The moment, for what is answered beside the documents."""
        return moment(self._clock())

    def page(self, before: int | None) -> Document:
        """A page of what was issued."""
        count = len(self.register.issued)
        stamp, known = self._pages.get(before, (-1, None))
        if known is None or stamp != count:
            content = public_json.issued(self.register, before, self.address)
            newest = content["issued"][0]["sent"] if content["issued"] else None
            modified = int(datetime.fromisoformat(newest).timestamp()) if newest else 0
            known = as_json(content, modified, known)
            if len(self._pages) >= _MOST_PAGES:
                self._pages.clear()
            self._pages[before] = count, known
        return known

    async def file(self, identifier: str) -> Document | None:
        """A message's CAP bytes as they were released; None where there is none. Raises `Unknown`."""
        known = self._files.get(identifier)
        if known is None and identifier in self.register:
            try:
                found = await self._ledger.read(published.cap, identifier)
            except Exception as error:
                self._unread(error)
                raise Unknown(guarded=False) from None
            if found is not None:
                content, digest, released_at = found
                known = document(content, cap.MEDIA_TYPE, released_at // 1000, digest=digest)
                if len(self._files) >= _MOST_FILES:
                    self._files.pop(next(iter(self._files)))
                self._files[identifier] = known
        return known

    def address(self, identifier: str) -> str:
        """Where a message is read."""
        return f"{self._origin}/cap/{identifier}.xml"

    async def close(self) -> None:
        """Finish what was begun."""
        if self._look is not None:
            await asyncio.wait({self._look})

    async def _looked(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look if it is time, all readers together; nobody waits long."""
        while loop.time() >= self._looks_again or (self._looked_at is None and self._looking):
            if not self._looking:
                self._began = loop.time()
                self._looks_again = self._began + LOOK_SECONDS
                self._look = asyncio.create_task(self._look_once(), name="public data")
            waits = FIRST_PATIENCE if self._looked_at is None else PATIENCE
            patience = self._began + waits - loop.time()
            if self._look is None or patience <= 0:
                return
            await asyncio.wait({self._look}, timeout=patience)

    @property
    def _looking(self) -> bool:
        return self._look is not None and not self._look.done()

    async def _look_once(self) -> None:
        began = self._clock()
        try:
            head = await self._ledger.read(published.head)
            if (head.newest_id, head.count) != (self._newest_id, len(self.register.issued)):
                await self._read(head)
            if head.beside != self.beside:
                self.progress, self.control_list = await self._ledger.read(publications.on_show)
                self.beside = head.beside
                self._told = None
        except Exception as error:  # a ledger that cannot be read now: what was known is told
            self._unread(error)
            return
        self._looked_at, self._guarded = began, head.guarded
        if self._told is not None and self._told.as_of != self._as_of(began, began):
            self._told = None

    def _unread(self, error: Exception) -> None:
        left_out = self._ration.left_out("unread")
        if left_out is not None:
            _log.error("public_data_unread", extra={"error": type(error).__name__, "left_out": left_out})

    async def _read(self, head: Head) -> None:
        """Read what is new; everything anew where what was read before is not all that was before it."""
        grown = head.newest_id > self._newest_id and head.count > len(self.register.issued)
        newest = self._newest_id if grown else 0
        read: list[tuple[Released, Alert]] = []
        while True:
            found = await self._ledger.read(published.after, newest, _SLICE)
            read += await asyncio.to_thread(_parsed, found)
            newest = found[-1].id if found else newest
            if len(found) < _SLICE:
                break
        if not grown:
            self.register, self._newest_id = Register(), 0
        self._told = None
        for each, alert in read:  # all at once: half of them would tell what was so before
            self.register.add(
                alert, kind=each.kind, plan=each.plan, episode=each.episode_id, sha256=each.sha256
            )
            self._newest_id = each.id
        self._turns = sorted({milliseconds(each) for each in self.register.turns()})

    def _tell(self, now: int, looked_at: int, stale: bool) -> Told:
        at, as_of = moment(now), self._as_of(looked_at, looked_at if stale else now)
        later = bisect_right(self._turns, now)
        turned = self._turns[later - 1] if later else self._started
        until = self._turns[later] if later < len(self._turns) else now + _DAY
        shown = [each.alert for each in self.register.on_show(at)]
        if len(shown) > atom.MOST_ENTRIES:
            _log.error("feed_too_long", extra={"messages": len(shown), "shown": atom.MOST_ENTRIES})
            shown.sort(key=lambda alert: not alert.warns)
        issued = self.register.issued
        feed = atom.write(
            shown,
            address=f"{self._origin}/cap/feed.atom",
            page=f"{self._origin}/public",
            cap_address=self.address,
            page_address=lambda identifier: f"{self._origin}/public/messages/{identifier}",
            author=self._author,
            updated=issued[-1].sent if issued else written(moment(self._started)),
        )
        state = {
            **public_json.state(self.register, at, moment(as_of), self.address),
            "progress": [_progress(each) for each in self.progress_of(self.register.plans())],
            "stale": stale,
            "feed": f"{self._origin}/cap/feed.atom",
        }
        before = self._before
        self._before = told = Told(
            document(feed, _ATOM, turned // 1000, None if before is None else before.feed),
            as_json(state, max(as_of, turned) // 1000, None if before is None else before.state),
            as_of,
            until,
            stale,
        )
        return told

    def _as_of(self, looked_at: int, known_to: int) -> int:
        """The last whole step before a look, or the last change until then: the same moment on all
        machines, and seldom another one."""
        turned = bisect_right(self._turns, known_to)
        return max(looked_at - looked_at % STEP, self._turns[turned - 1] if turned else 0)


def _progress(published: Publication) -> dict[str, object]:
    said = published.content
    return {
        "plan": published.plan,
        "episode": published.episode_id,
        "published_at": written(moment(published.published_at)),
        "text": said["text"],
        "text_en": said["text_en"] or None,
        "measured": said["measured"],
        "expected": said["expected"] or None,
    }


def _parsed(found: list[Released]) -> list[tuple[Released, Alert]]:
    return [(each, payload_json.read(each.json)) for each in found]
