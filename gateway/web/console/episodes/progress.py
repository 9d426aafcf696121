"""`/console/episodes/{id}/progress`: what the public reads of a response: written, looked at, published,
withdrawn. Nothing of an exercise is ever here."""

from datetime import datetime
from typing import cast, get_args

from aiohttp import web
from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.papers import publishing
from gateway.follow_up.papers.publishing import Measured, Progress, checked
from gateway.ledger.decisions import publications
from gateway.ledger.decisions.episodes import Episode
from gateway.ledger.decisions.publications import Publication
from gateway.moments import BEIJING, local
from gateway.moments import moment as instant
from gateway.vocabulary import Pollutant
from gateway.web.console.episodes.episode_view import acted_on
from gateway.web.console.episodes.episode_words import DONE, TEXTS
from gateway.web.console.episodes.episodes import ONE, PATH
from gateway.web.console.frame import for_people, framed, went_to
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.live.live_words import Language
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of
from gateway.web.public.rendering import speech
from gateway.web.public.telling import Telling
from gateway.web.public.wish import Wish

FIELDS = ("text", "text_en", "aqi", "pollutant", "measured_at", "expected")
_PATH = ONE + "/progress"

routes = web.RouteTableDef()


@routes.get(_PATH)
@for_people("duty_officer")
async def get_progress(_request: web.Request, person: Person) -> web.Response:
    """What is published of it, and the form of the next."""
    return await _page(person, await _episode(person))


@routes.post(_PATH)
@for_people("duty_officer")
async def post_preview(request: web.Request, person: Person) -> web.Response:
    """Shows it as the public will read it; nothing is published yet."""
    episode, form = await _episode(person), await sent_form(person, (*FIELDS, "seen"))
    try:
        progress = checked(_stated(form), request.app[CLOCK]())
    except InputError as error:
        return await _page(person, episode, form, error)
    return await _preview(person, episode, form, progress)


@routes.post(_PATH + "/publish")
@for_people("duty_officer")
async def post_publish(request: web.Request, person: Person) -> web.Response:
    """Publishes what was looked at, or goes back to mend it."""
    episode, form = await _episode(person), await sent_form(person, (*FIELDS, "act", "seen"))
    if form["act"] == "mend":
        return await _page(person, episode, form)
    app = request.app
    try:
        stated = _stated(form)
        await app[LEDGER].write(_publish, form["seen"], person.caller.actor, episode.id, stated, app[CLOCK]())
    except InputError as error:
        return await _page(person, episode, form, error)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}/{episode.id}/progress?done=published")


@routes.post(_PATH + r"/{number:\d{1,18}}/withdraw")
@for_people("duty_officer")
async def post_withdraw(request: web.Request, person: Person) -> web.Response:
    """The public reads it no more."""
    episode, form = await _episode(person), await sent_form(person, ("because",))
    app, number = request.app, int(request.match_info["number"])
    try:
        await app[LEDGER].write(
            publishing.withdraw_of_episode,
            person.caller.actor,
            episode.id,
            number,
            form["because"].strip(),
            app[CLOCK](),
        )
    except InputError as error:
        return await _page(person, episode, None, error)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}/{episode.id}/progress?done=withdrawn")


def _publish(
    connection: Connection, seen: str, actor: Actor, episode_id: str, stated: Progress, now: int
) -> None:
    """Publish once, however often the form is sent. Raises `InputError`: CHANGED_MEANWHILE, and those of
    `publish_progress`."""
    if seen != _version(publications.version(connection)):  # sent twice, or somebody else was faster
        raise InputError(
            "CHANGED_MEANWHILE",
            "刚刚有新的公开内容，请核对后再发布",
            "something was published just now: look again, then publish",
        )
    publishing.publish_progress(connection, actor, episode_id, stated, now)


async def _episode(person: Person) -> Episode:
    """The episode of the path. Raises `InputError`: EPISODE_UNKNOWN, AREA_NOT_YOURS,
    EXERCISE_NOT_PUBLIC."""
    app, identifier = person.request.app, person.request.match_info["id"]
    episode: Episode = await app[LEDGER].read(acted_on, person.user, identifier)
    if episode.exercise:
        raise InputError(
            "EXERCISE_NOT_PUBLIC", "演练不对公众发布", "nothing of an exercise is told to the public"
        )
    return episode


def _stated(form: Form) -> Progress:
    """What the form says. Raises `InputError` (FIELD_INVALID) naming the field."""
    measured = None
    if form["aqi"].strip() or form["measured_at"].strip():
        aqi = form["aqi"].strip()
        if not (aqi.isascii() and aqi.isdecimal() and len(aqi) < 5):
            raise InputError("FIELD_INVALID", "AQI 应为整数", "an AQI is a whole number", field="aqi")
        pollutant = form["pollutant"]
        if pollutant and pollutant not in get_args(Pollutant):
            raise InputError("FIELD_INVALID", "没有这种污染物", "no such pollutant", field="pollutant")
        measured = Measured(
            int(aqi), cast(Pollutant, pollutant) if pollutant else None, _hour(form["measured_at"])
        )
    return Progress(form["text"].strip(), form["text_en"].strip(), measured, form["expected"].strip())


def _hour(text: str) -> datetime:
    try:
        stated = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            "FIELD_INVALID",
            "请填写监测时间，如 2024-01-10 14:00",
            "say when it was measured, such as 2024-01-10 14:00",
            field="measured_at",
        ) from None
    return stated if stated.tzinfo else stated.replace(tzinfo=BEIJING)


async def _preview(person: Person, episode: Episode, form: Form, progress: Progress) -> web.Response:
    now = person.request.app[CLOCK]()
    draft = Publication(
        0, "progress", episode.plan, episode.id, progress.content(), now, "", None, None, None
    )
    languages: tuple[Language, ...] = ("zh", "en") if progress.text_en else ("zh",)
    return framed(
        person,
        "progress_preview.html",
        words=TEXTS,
        path_of=f"{PATH}/{episode.id}/progress",
        shown=[as_read(draft, language) for language in languages],
        fields=[(name, form[name]) for name in (*FIELDS, "seen")],
    )


def as_read(published: Publication, language: Language) -> dict[str, object]:
    """What the public reads of it, for the template that it reads: `each` in the words `say`."""
    wish = Wish(language)
    return {"each": Telling(wish, speech(wish), {}).progress(published), "say": speech(wish)}


async def _page(
    person: Person, episode: Episode, form: Form | None = None, error: InputError | None = None
) -> web.Response:
    app = person.request.app
    published = await app[LEDGER].read(publications.of_episode, episode.id)
    version = await app[LEDGER].read(publications.version)
    return framed(
        person,
        "progress.html",
        status=200 if error is None else status_of(error),
        words=TEXTS,
        done=DONE.get(person.request.query.get("done", "")),
        episode=episode,
        path_of=f"{PATH}/{episode.id}/progress",
        published=[(each, as_read(each, "zh")) for each in published],
        filled={name: form[name] if form else "" for name in FIELDS},
        pollutants=get_args(Pollutant),
        now=f"{local(instant(app[CLOCK]())):%Y-%m-%d %H:00}",
        seen=_version(version),
        error=error,
    )


def _version(version: tuple[int, int]) -> str:
    """A version of what is published, as a form carries it."""
    return f"{version[0]}-{version[1]}"
