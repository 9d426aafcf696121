"""What the texts of one reader share, in whatever medium."""

import re
from dataclasses import dataclass
from functools import cached_property

from gateway.notices.advice import Piece
from gateway.notices.announcement import Announcement
from gateway.notices.essentials import essentials
from gateway.notices.model import Office
from gateway.notices.reading import Ended, Reading
from gateway.notices.sentences import Sentences, sentences
from gateway.notices.templates import fill, say
from gateway.sign_tokens import SIGN_SLOT
from gateway.vocabulary import Language

_STYLE = re.compile(r' style="[^"]*"')  # a value's quotes are escaped


@dataclass(frozen=True)
class Page:
    """One reader's page. `kind` is 通知, or 通告 for the public; `title` bears the exercise's mark.

    `essentials` are the sentences for a reader in a hurry, without their stops. `advice` is what a hint
    or a tip says besides: the gateway's own, no measure of a plan. Neither asks for an
    answer, nor does what lifts or withdraws it. `sign_link` holds the slot of a token. `own` are an
    enterprise's own measures, a heading first, or their slot.
    """

    announcement: Announcement
    reading: Reading
    ended: tuple[Ended, ...]
    title: str
    kind: str
    sentences: Sentences
    essentials: tuple[str, ...]
    advice: tuple[Piece, ...]
    reply_minutes: int | None
    sign_link: str | None
    signature: str
    own: tuple[str, ...] = ()

    @property
    def language(self) -> Language:
        """The language of everything on the page."""
        return self.reading.words.LANGUAGE

    @cached_property
    def legend(self) -> str:
        """What the marks of its items mean; "" where nothing is marked."""
        return self.say("legend", self.reading) if any(item.mark for item in self.reading.items) else ""

    @cached_property
    def body(self) -> str:
        """The full document as the main part of an HTML page, its styles in place."""
        return self.filled("body.html.j2")

    @cached_property
    def document(self) -> str:
        """The full document in plain text."""
        return self.marked(self.filled("notice.j2").strip())

    def filled(self, template: str) -> str:
        """A template of a whole document with this page's values."""
        return fill(self.language, template, **self._values)

    @cached_property
    def _values(self) -> dict[str, object]:
        """Plain lines, so that HTML escapes each of them once."""
        announcement, reading = self.announcement, self.reading
        say, ended = self.say, self.ended
        silent = reading.warns and not reading.items
        units = {"departments": "index", "districts": "beside"}.get(reading.audience, "")
        return {
            "a": announcement,
            "s": self.sentences,
            "r": reading,
            "title": self.title,
            "kind": self.kind,
            "addressee": say("addressee", announcement, reading.audience, reading.sector),
            "serial": say("serial", announcement) if announcement.serial else "",
            "drill": say("drill", self.kind) if announcement.exercise else "",
            "essentials": self.essentials,
            "advice": self.advice,
            "legend": self.legend,
            "duties": [say("duty", duty) for duty in reading.duties if units == "index"],
            "nothing": say("nothing", announcement, reading) if silent else "",
            "notes": [say("note", note) for note in reading.notes],
            "ended": [say("ended", each) for each in ended],
            "ended_heading": say("ended_heading", announcement, ended) if ended else "",
            "reply": say("reply", self.reply_minutes, self.kind) if self.reply_minutes else "",
            "sign_link": self.sign_link,
            "own": self.own,
            "exercise": reading.words.EXERCISE,
            "units": units,
        }

    def skinned(self, template: str, *, styles: bool) -> str:
        """The body as a page of its own, with its styles in place or without them."""
        body = self.body if styles else _STYLE.sub("", self.body)
        return fill(self.language, template, title=self.title, body=body, lang=self.language)

    def marked(self, text: str) -> str:
        """The text with the mark of an exercise first, whatever a template says."""
        return _marked(self.announcement, self.reading, text)

    def say(self, macro: str, *values: object) -> str:
        """What a shared macro says in the page's language."""
        return say(self.language, "macros.j2", macro, *values)


def page(announcement: Announcement, reading: Reading, advice: tuple[Piece, ...], office: Office) -> Page:
    """The page of one reader. Raises `InputError` like `templates.fill`."""
    language = reading.words.LANGUAGE
    kind = say(language, "macros.j2", "kind", announcement, reading.audience)
    reply_minutes = dict(office.reply_by_minutes).get(reading.audience)
    if announcement.content in ("hint", "tip") or (
        announcement.content != "warning" and announcement.former_action in ("hint", "tip")
    ):
        reply_minutes = None
    return Page(
        announcement,
        reading,
        _ended(announcement, reading),
        _marked(announcement, reading, say(language, "macros.j2", "title", announcement, kind)),
        kind,
        sentences(language, announcement, kind),
        essentials(announcement, reading, reply_minutes),
        advice,
        reply_minutes,
        f"{office.sign_at}{SIGN_SLOT}{'?lang=en' if language == 'en' else ''}"
        if office.sign_at and reply_minutes
        else None,
        office.signature,
    )


def _ended(announcement: Announcement, reading: Reading) -> tuple[Ended, ...]:
    """What a text says has ended; after a raise, what a stricter measure replaced goes without saying."""
    if announcement.action in ("lower", "correct", "retract"):
        return reading.ended
    return tuple(each for each in reading.ended if not each.successors)


def _marked(announcement: Announcement, reading: Reading, text: str) -> str:
    mark = reading.words.EXERCISE
    return text if not announcement.exercise or text.startswith(mark) else f"{mark}{text}"
