"""What the texts of one reader share, in whatever medium."""

from dataclasses import dataclass
from functools import cached_property

from gateway.notices.announcement import Announcement
from gateway.notices.essentials import essentials
from gateway.notices.model import Office
from gateway.notices.reading import Ended, Reading
from gateway.notices.templates import fill, say

EXERCISE = "【演练】"  # first in a title and a text; an SMS says it after its signature
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Page:
    """One reader's page. `kind` is 通知, or 通告 for the public; `title` bears the exercise's mark."""

    announcement: Announcement
    reading: Reading
    ended: tuple[Ended, ...]
    title: str
    kind: str
    essentials: str
    reply_minutes: int | None
    signature: str

    @cached_property
    def legend(self) -> str:
        """What the marks of its items mean; "" where nothing is marked."""
        return say("macros.j2", "legend", self.reading)

    @cached_property
    def document(self) -> str:
        """The full document in plain text."""
        return self.marked(self.filled("notice.j2").strip())

    def filled(self, template: str) -> str:
        """A template of a whole document with this page's values."""
        return fill(
            template,
            a=self.announcement,
            r=self.reading,
            ended=self.ended,
            title=self.title,
            kind=self.kind,
            essentials=self.essentials,
            legend=self.legend,
            reply_minutes=self.reply_minutes,
            numerals=_NUMERALS,
            units={"departments": "index", "districts": "beside"}.get(self.reading.audience, ""),
        )

    def marked(self, text: str) -> str:
        """The text with the mark of an exercise first, whatever a template says."""
        return _marked(self.announcement, text)


def page(announcement: Announcement, reading: Reading, office: Office) -> Page:
    """The page of one reader. Raises `InputError` like `templates.fill`."""
    kind = say("macros.j2", "kind", reading.audience)
    reply_minutes = dict(office.reply_by_minutes).get(reading.audience)
    return Page(
        announcement,
        reading,
        _ended(announcement, reading),
        _marked(announcement, say("macros.j2", "title", announcement, kind)),
        kind,
        essentials(announcement, reading, reply_minutes),
        reply_minutes,
        office.signature,
    )


def _ended(announcement: Announcement, reading: Reading) -> tuple[Ended, ...]:
    """What a text says has ended; after a raise, what a stricter measure replaced goes without saying."""
    if announcement.action == "lower":
        return reading.ended
    return tuple(each for each in reading.ended if not each.successors)


def _marked(announcement: Announcement, text: str) -> str:
    return text if not announcement.exercise or text.startswith(EXERCISE) else f"{EXERCISE}{text}"
