"""`/console/broadcasts/{id}/course`: how many messages were sent, delivered and failed, minute by minute."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from aiohttp import web
from sqlalchemy import Connection

from gateway.delivery.words import CHANNEL_WORDS
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.delivery import live, minutes
from gateway.ledger.delivery.arrivals import with_receipts
from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.live import Head
from gateway.ledger.delivery.minutes import MINUTE, By, Minute, Stage
from gateway.moments import local
from gateway.moments import moment as at_moment
from gateway.vocabulary import Words
from gateway.web.charts import course as charts
from gateway.web.charts.course import Step
from gateway.web.console.frame import for_people, moment
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.figures import NEVER, WAITING, numbers
from gateway.web.live.live_words import AUDIENCES, COURSE, NO_RECEIPTS, Speech
from gateway.web.live.rendering import share
from gateway.web.people import Person

TEXTS: dict[str, Words] = {
    "course": Words("发送过程", "Course of the broadcast"),
    "about_stages": Words(
        "“已发出”：服务商已接收，包括后来送达的。"
        "“送达”的比例和 95% 只算有回执的通道；企业微信群、邮件等没有回执，只有“已发出”。",
        "“Sent”: a provider has taken it, whether or not it arrived since. Shares delivered are of what "
        "channels with receipts send; WeCom groups, mail and the like know no more than “sent”.",
    ),
    "nothing_yet": Words("还没有消息发出。", "Nothing has been sent yet."),
    "summary": Words(
        "{} 发布，应发 {} 条。截至 {}：已发出 {} 条（{}），已送达 {} 条（{}），失败 {} 条。",
        "Launched {}, {} messages in all. By {}: {} sent ({}), {} delivered ({}), {} failed.",
    ),
    "of_receipted": Words("有回执的 {} 条的 {}", "of {} with receipts: {}"),
    "no_receipts": NO_RECEIPTS,
    "summary_most": Words(
        "第一条发出：{}；95% 发出：{}；95% 送达：{}。",
        "First sent: {}; 95 % sent: {}; 95 % delivered: {}.",
    ),
    "not_yet": Words("未达到", "not yet"),
    "whole": Words("应发", "In all"),
    "by_audience": Words("按受众", "By audience"),
    "by_channel": Words("按渠道", "By channel"),
    "audience": Words("受众", "Audience"),
    "channel": Words("渠道", "Channel"),
    "first_accepted": Words("第一条发出", "First sent"),
    "most_accepted": Words("95% 发出", "95 % sent"),
    "first_delivered": Words("第一条送达", "First delivered"),
    "most_delivered": Words("95% 送达", "95 % delivered"),
    "minute_by_minute": Words("逐分钟", "Minute by minute"),
    "minute": Words("时间", "Minute"),
    "in_it": Words("{}（本分钟）", "{} in it"),
    "by_then": Words("{}（累计）", "{} by then"),
}

BY: tuple[By, ...] = ("audience", "channel")

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of what came when: the first and 95 % `sent`, and the first and 95 % `delivered` of those
    messages that are on channels with receipts (`receipted`); "": not yet."""

    key: str
    whole: int
    receipted: int
    sent: tuple[str, ...]
    delivered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What the ledger tells of a broadcast, within areas and of what is asked for alone. `by` has the
    minutes of each audience and channel, and (None) of all together; `receipted` are those counts that are
    of channels with receipts."""

    head: Head
    counts: Sequence[Count]
    receipted: Sequence[Count]
    by: Mapping[By | None, Sequence[Minute]]

    @property
    def minutes(self) -> Sequence[Minute]:
        """Those of all together."""
        return self.by[None]

    @property
    def whole(self) -> int:
        """Its messages."""
        return sum(each.deliveries for each in self.counts)

    @property
    def waiting(self) -> int:
        """Those that are to leave."""
        return sum(each.deliveries for each in self.counts if each.state in WAITING)


@routes.get(r"/console/broadcasts/{id:\d{1,18}}/course")
@for_people()
async def get_course(request: web.Request, person: Person) -> web.Response:
    """The picture with its tables, counted in the areas of whoever looks."""
    identifier, app = int(request.match_info["id"]), request.app
    asked = table.asked(request.query)
    only = cast(Mapping[By, str], asked.chosen)
    now = app[CLOCK]()
    found = await app[LEDGER].read(course_of, identifier, now, person.user.areas, only)
    if found is None:
        raise InputError("BROADCAST_UNKNOWN", "没有这个发布任务", "there is no such broadcast", field="id")
    until = now if found.waiting and found.head.live else found.head.launched_at
    say = Speech(person.language, TEXTS)

    def fetch(_connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Step]:
        steps = charts.so_far(found.minutes)
        if asked.descending:
            steps.reverse()
        first = next((n for n, each in enumerate(steps, 1) if each.minute == after), 0)
        return steps[first : first + limit]

    return await answer(
        person,
        table,
        asked,
        fetch,
        "course.html",
        words=TEXTS,
        exercise=found.head.exercise,
        identifier=identifier,
        live_say=Speech(person.language),
        says=summary(found, now, say),
        chart=charts.chart(found.minutes, found.whole, found.head.launched_at, until),
        stage_words=lambda stage: say.of(COURSE[stage]),
        tables_by={by: lines(found, by) for by in BY},
    )


def course_of(
    connection: Connection,
    broadcast_id: int,
    now: int,
    limits: Collection[str],
    only: Mapping[By, str],
) -> Course | None:
    """The course of a launched broadcast; None where there is none, or nothing of it within these areas."""
    picture = live.picture(connection, broadcast_id, now)
    if picture is None:
        return None
    here = [each for each in picture.counts if within(each.area, limits)]
    if limits and not here:
        return None

    asked = [each for each in here if all(getattr(each, by) == value for by, value in only.items())]
    found = minutes.apart(connection, broadcast_id, BY, limits=limits, only=only)
    return Course(picture.head, asked, with_receipts(asked, picture.without_receipts), found)


def lines(course: Course, by: By) -> list[Line]:
    """When the first and 95 % of each audience's or channel's messages were sent, and delivered."""
    whole, receipted = numbers(course.counts, by), numbers(course.receipted, by)
    found = minutes.times(course.by[by], whole, receipted)

    def moments(key: str, stage: Stage) -> tuple[str, ...]:
        return tuple(told(at, course.head.launched_at) for at in found.get((key, stage), NEVER))

    order = list(AUDIENCES if by == "audience" else CHANNEL_WORDS)
    return [
        Line(
            key,
            whole[key],
            receipted.get(key, 0),
            moments(key, "accepted"),
            moments(key, "delivered"),
        )
        for key in sorted(whole, key=lambda key: order.index(key) if key in order else len(order))
    ]


def summary(course: Course, now: int, say: Speech) -> str:
    """The picture in words."""
    launched_at, whole = course.head.launched_at, course.whole
    receipted = sum(each.deliveries for each in course.receipted)
    there: dict[str, int] = dict.fromkeys(COURSE, 0)
    for each in course.minutes:
        there[each.stage] += each.deliveries
    said = say(
        "summary",
        moment(launched_at),
        f"{whole:,}",
        moment(now),
        f"{there['accepted']:,}",
        share(there["accepted"], whole),
        f"{there['delivered']:,}",
        say("of_receipted", f"{receipted:,}", share(there["delivered"], receipted))
        if receipted or not whole
        else say("no_receipts"),
        f"{there['failed']:,}",
    )
    found = minutes.times(course.minutes, {"": whole}, {"": receipted})
    sent, arrived = found.get(("", "accepted"), NEVER), found.get(("", "delivered"), NEVER)
    if sent.first_at is None:
        return said
    never = say("not_yet" if receipted else "no_receipts")
    moments = (
        *(told(at, launched_at) or say("not_yet") for at in sent),
        told(arrived.most_at, launched_at) or never,
    )
    return said + (" " if say.language == "en" else "") + say("summary_most", *moments)


def told(at: int | None, launched_at: int) -> str:
    """A moment in China's time, to the second, with its day unless it is the launch's."""
    if at is None:
        return ""
    here, then = local(at_moment(at)), local(at_moment(launched_at))
    return f"{here:%H:%M:%S}" if here.date() == then.date() else f"{here:%m-%d %H:%M:%S}"


def _column(stage: Stage, part: Literal["in_it", "by_then"]) -> Column[Step]:
    said, of = TEXTS[part], COURSE[stage]

    def text(row: Step, _say: Speech) -> str:
        return f"{(row.in_it if part == 'in_it' else row.by_then)[stage]:,}"

    return Column(f"{stage}_{part}", Words(said.zh.format(of.zh), said.en.format(of.en)), text, number=True)


def _minute(row: Step, _say: Speech) -> str:
    return moment(row.minute * MINUTE)


table: Table[Step] = Table(
    "minutes",
    TEXTS["minute_by_minute"],
    (
        Column("minute", TEXTS["minute"], _minute, sorts=True),
        *(_column(stage, "by_then") for stage in COURSE),
        *(_column(stage, "in_it") for stage in COURSE),
    ),
    lambda row: row.minute,
    "minute",
    (Filter("audience", TEXTS["audience"], AUDIENCES), Filter("channel", TEXTS["channel"], CHANNEL_WORDS)),
)
