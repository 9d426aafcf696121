"""What the office tells the public beside its decisions: progress of a response, and the 应急减排清单.

A person writes it, looks at it and publishes it; a person takes it back. An exercise is never public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.follow_up.papers.chronicle import unknown
from gateway.ledger.decisions import episodes, publications
from gateway.ledger.decisions.publications import Publication
from gateway.ledger.trail import audit
from gateway.moments import iso, local, moment
from gateway.vocabulary import Pollutant

MOST_TEXT = 1000  # characters
MOST_LINE = 200
MOST_AQI = 2000
OLDEST = 259_200_000  # ms: what was measured three days ago says nothing of now
AHEAD = 300_000  # ms that a clock beside ours may be fast

ListColumn = Literal["area", "sector", "grade"]
LIST_COLUMNS: tuple[ListColumn, ...] = get_args(ListColumn)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: an AQI, of which pollutant, when (aware)."""

    aqi: int
    pollutant: Pollutant | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What the public reads of a response. `expected`: how long it is expected to last, in words."""

    text: str
    text_en: str = ""
    measured: Measured | None = None
    expected: str = ""

    def content(self) -> dict[str, Any]:
        """As it is kept; times are ISO 8601 with +08:00."""
        known = self.measured
        return {
            "text": self.text,
            "text_en": self.text_en,
            "expected": self.expected,
            "measured": None
            if known is None
            else {
                "aqi": known.aqi,
                "pollutant": known.pollutant,
                "at": local(known.at).isoformat(timespec="seconds"),
            },
        }


def checked(progress: Progress, now: int) -> Progress:
    """The same, if it may be published. `now`: milliseconds since 1970 UTC.

    Raises `InputError` (FIELD_INVALID) naming the field.
    """
    if not 1 <= len(progress.text) <= MOST_TEXT:
        raise _invalid("text", f"请填写进展，最多 {MOST_TEXT} 字", f"say it in {MOST_TEXT} characters")
    if len(progress.text_en) > 2 * MOST_TEXT:
        raise _invalid("text_en", f"英文最多 {2 * MOST_TEXT} 字", f"at most {2 * MOST_TEXT} characters")
    if len(progress.expected) > MOST_LINE:
        raise _invalid("expected", f"预计持续最多 {MOST_LINE} 字", f"at most {MOST_LINE} characters")
    known = progress.measured
    if known is not None and not 0 <= known.aqi <= MOST_AQI:
        raise _invalid("aqi", f"AQI 应为 0—{MOST_AQI} 的整数", f"an AQI is from 0 to {MOST_AQI}")
    if known is not None and known.at > moment(now + AHEAD):
        raise _invalid("measured_at", "监测时间还没有到", "that hour has not come yet")
    if known is not None and known.at < moment(now - OLDEST):
        raise _invalid("measured_at", "监测时间已超过三天，请用最近的", "that is more than three days ago")
    return progress


def publish_progress(
    connection: Connection, actor: Actor, episode_id: str, progress: Progress, now: int
) -> int:
    """Let the public read it; gives its id, that of the newest where that says the same already. Raises
    `InputError`: EPISODE_UNKNOWN, EXERCISE_NOT_PUBLIC, and those of `checked`."""
    content = checked(progress, now).content()
    episode = episodes.of(connection, episode_id)
    if episode is None:
        raise unknown(episode_id)
    if episode.exercise:
        raise InputError(
            "EXERCISE_NOT_PUBLIC", "演练不对公众发布", "nothing of an exercise is told to the public"
        )
    newest = next(iter(publications.of_episode(connection, episode_id)), None)
    if newest is not None and _stands(newest, content):
        return newest.id
    number = publications.add(
        connection, "progress", episode.plan, episode_id, content, actor.person or actor.name, now
    )
    detail: dict[str, object] = {"publication": number, "text": progress.text}
    audit.append(connection, now, actor.name, "progress_published", f"episode:{episode_id}", detail)
    return number


def publish_list(connection: Connection, actor: Actor, columns: Sequence[str], basis: str, now: int) -> int:
    """Publish who is on the 应急减排清单, with these columns; `basis`: the document that orders it. Gives its
    id, that of the list that is published where that is the same already.

    Raises `InputError` (FIELD_INVALID).
    """
    shown = [name for name in LIST_COLUMNS if name in columns]
    if len(shown) != len(set(columns)):
        raise _invalid("columns", "没有这一列", "there is no such column")
    if not 1 <= len(basis) <= MOST_LINE:
        raise _invalid("basis", "请填写清单的文号或名称", "name the document that the list stands in")
    content = {"columns": shown, "basis": basis}
    newest = publications.newest(connection, "control_list")
    if newest is not None and _stands(newest, content):
        return newest.id
    number = publications.add(
        connection, "control_list", None, None, content, actor.person or actor.name, now
    )
    detail: dict[str, object] = {"publication": number, **content}
    audit.append(connection, now, actor.name, "control_list_published", "publication:control_list", detail)
    return number


def withdraw(connection: Connection, actor: Actor, identifier: int, because: str, now: int) -> Publication:
    """The public reads it no more. Raises `InputError`: PUBLICATION_UNKNOWN, PUBLICATION_WITHDRAWN,
    FIELD_INVALID."""
    found = published(connection, identifier)
    if not 1 <= len(because) <= MOST_LINE:
        raise _invalid("because", f"请写明原因，最多 {MOST_LINE} 字", f"say why, in {MOST_LINE} characters")
    if not publications.withdraw(connection, identifier, actor.person or actor.name, because, now):
        raise InputError("PUBLICATION_WITHDRAWN", "已经撤下", "it was withdrawn before", field="id")
    subject = f"episode:{found.episode_id}" if found.episode_id else f"publication:{found.kind}"
    detail: dict[str, object] = {"publication": identifier, "because": because}
    audit.append(connection, now, actor.name, f"{found.kind}_withdrawn", subject, detail)
    return found


def withdraw_of_episode(
    connection: Connection, actor: Actor, episode_id: str, identifier: int, because: str, now: int
) -> Publication:
    """Take back what was published of this episode; gives it as it is then. Raises what `withdraw`
    raises."""
    if published(connection, identifier).episode_id != episode_id:
        raise _no_publication()
    withdraw(connection, actor, identifier, because, now)
    return published(connection, identifier)


def withdraw_list(connection: Connection, actor: Actor, because: str, now: int) -> None:
    """The public reads the list no more, also where only the settings publish it: from now on it reads it
    only once it is published here. Raises what `withdraw` raises."""
    newest = publications.newest(connection, "control_list")
    if newest is not None:
        withdraw(connection, actor, newest.id, because, now)
        return
    number = publications.add(
        connection, "control_list", None, None, {"columns": [], "basis": ""}, actor.person or actor.name, now
    )
    withdraw(connection, actor, number, because, now)


def list_columns(newest: Publication | None, settings: Sequence[str] | None) -> tuple[str, ...] | None:
    """The columns of the list that the public reads; None: it reads none. What was last published or
    withdrawn counts, else the `settings`."""
    if newest is None:
        return None if settings is None else tuple(settings)
    return None if newest.withdrawn_at is not None else tuple(newest.content["columns"])


def published(connection: Connection, identifier: int) -> Publication:
    """What was published under an id. Raises `InputError` (PUBLICATION_UNKNOWN)."""
    found = publications.one(connection, identifier)
    if found is None:
        raise _no_publication()
    return found


def progress_json(of: Publication) -> dict[str, Any]:
    """A publication of progress as the API and commands show it; times are ISO 8601 with +08:00."""
    return {"id": of.id, **of.content, **_course(of)}


def list_json(newest: Publication | None, settings: Sequence[str] | None) -> dict[str, Any]:
    """Whether the control list is public, as the API and commands show it: `columns` null where it is not;
    the rest null where only the settings say so."""
    columns = list_columns(newest, settings)
    return {
        "columns": None if columns is None else list(columns),
        "basis": None if newest is None else newest.content["basis"],
        **_course(newest),
    }


def _course(of: Publication | None) -> dict[str, Any]:
    return {
        "published_at": None if of is None else iso(of.published_at),
        "published_by": None if of is None else of.published_by,
        "withdrawn_at": None if of is None else iso(of.withdrawn_at),
        "withdrawn_by": None if of is None else of.withdrawn_by,
        "withdrawn_because": None if of is None else of.withdrawn_because,
    }


def _stands(newest: Publication, content: Mapping[str, Any]) -> bool:
    """Whether the public reads exactly this already: it is said once, however often it is sent."""
    return newest.withdrawn_at is None and newest.content == content


def _no_publication() -> InputError:
    return InputError("PUBLICATION_UNKNOWN", "没有这条公开内容", "no such publication", field="id")


def _invalid(field: str, message: str, message_en: str) -> InputError:
    return InputError("FIELD_INVALID", message, message_en, field=field)
