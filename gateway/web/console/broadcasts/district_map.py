"""`/console/broadcasts/{id}/map`: how far a broadcast is in each district, as a picture with its table."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.areas import home
from gateway.directory.maps import Maps
from gateway.directory.outlines import Outlines
from gateway.errors import InputError
from gateway.ledger.delivery import districts, live
from gateway.ledger.delivery.districts import District as Counted
from gateway.plans.model import Plan
from gateway.vocabulary import Words
from gateway.web.charts import map as charts
from gateway.web.charts.map import GRADES, District, Grade
from gateway.web.console.frame import for_people
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import NO_RECEIPTS, Speech
from gateway.web.live.rendering import share
from gateway.web.people import Person

MAPS: Final[web.AppKey[Maps]] = web.AppKey("maps", Maps)
SHOWS: dict[str, Words] = {
    "arrived": Words("送达", "Arrived"),
    "sent": Words("发出", "Sent"),
    "signed": Words("签收", "Signed"),
}
GRADE_WORDS: dict[Grade, Words] = {
    "full": Words("95% 及以上", "95 % or more"),
    "most": Words("80%–95%", "80 – 95 %"),
    "some": Words("50%–80%", "50 – 80 %"),
    "few": Words("不到 50%", "below 50 %"),
    "none": Words("没有接收单位", "nobody to reach"),
}
TEXTS: dict[str, Words] = {
    "map": Words("区县图", "Map of districts"),
    "show": Words("看什么", "What is shown"),
    "title_arrived": Words("各区县送达比例（有回执的通道）", "Share that arrived, of those with receipts"),
    "title_sent": Words("各区县发出比例", "Share that was sent, by district"),
    "title_signed": Words("各区县签收比例", "Share that was signed, by district"),
    "about_arrived": Words(
        "送达：只算有回执的通道。企业微信群、邮件等没有回执，不算在内；是否发出，见“发出”。",
        "Arrived: of the messages on channels with receipts. WeCom groups, mail and the like have none: see "
        "“Sent”.",
    ),
    "about_sent": Words("发出：服务商已接收。", "Sent: a provider has taken it."),
    "about_signed": Words("签收：占应签收单位。", "Signed: of the organisations that are asked to."),
    "squares": Words(
        "方格只是示意，不是地图。管理员配置地图文件（maps_folder）后，显示区县形状。",
        "The squares are no map: the setting maps_folder brings the districts' own shapes.",
    ),
    "numbered": Words("写不下名称的区县只写序号，见下表。", "A number stands for a district named below."),
    "fault": Words("地图不能用，先用方格代替。{}", "The map cannot be used; squares stand in its place. {}"),
    "summary": Words("{}：{} / {}（{}）。{}", "{}: {} of {} ({}). {}"),
    "lowest": Words("最低：{} {}。", "Lowest: {} {}."),
    "one": Words("{}：{}，{} / {}", "{}: {}, {} of {}"),
    "one_none": Words("{}：没有接收单位", "{}: nobody to reach"),
    "one_silent": Words("{}：此通道无回执", "{}: no receipts here"),
    "silent": Words("无回执", "no receipts"),
    "arrived_of": Words("送达（有回执的通道）", "Arrived (of those with receipts)"),
    "silent_key": Words("没有接收单位，或无回执", "nobody to reach, or no receipts"),
    "whole_area": Words("{}（市级）", "{} (as a whole)"),
    "key": Words("图例", "Key"),
    "districts": Words("区县", "Districts"),
    "district": Words("区县", "District"),
    "all": Words("应到", "In all"),
    "part": Words("已到", "So far"),
    "share": Words("比例", "Share"),
    "left": Words("还差", "Left"),
}

routes = web.RouteTableDef()


@routes.get(r"/console/broadcasts/{id:\d{1,18}}/map")
@for_people()
async def get_map(request: web.Request, person: Person) -> web.Response:
    """The districts of the broadcast's plan, in the areas of whoever looks."""
    identifier, app = int(request.match_info["id"]), request.app
    asked = table.asked(request.query)
    shown = asked.chosen.get("show", "arrived")
    picture = await app[LEDGER].read(live.picture, identifier, app[CLOCK]())
    found = await app[LEDGER].read(districts.of_broadcast, identifier, person.user.areas)
    if picture is None or found is None:
        raise InputError("BROADCAST_UNKNOWN", "没有这个发布任务", "there is no such broadcast", field="id")
    say = Speech(person.language, TEXTS)
    plan = app[DESK].catalogue.load(picture.head.plan).plan
    codes = {area.code for area in plan.areas}
    own = {home(limit, codes) for limit in person.user.areas}  # whose streets are theirs
    names = {
        area.code: _name(area.code, plan, say)
        for area in plan.areas
        if person.sees(area.code) or area.code in own
    }
    told = listed(names, found, shown)
    outlines, fault = await _outlines(app[MAPS], plan)
    drawn = [each for each in told if each.code != plan.area or len(told) == 1]

    def fetch(_connection: Connection, asked: Asked, after: int | None, limit: int) -> list[District]:
        rows = sorted(told, key=ORDERS[asked.sort], reverse=asked.descending)
        first = next((place for place, each in enumerate(rows, 1) if each.number == after), 0)
        return rows[first : first + limit]

    return await answer(
        person,
        table,
        asked,
        fetch,
        "district_map.html",
        words=TEXTS,
        exercise=picture.head.exercise,
        identifier=identifier,
        live_say=Speech(person.language),
        shown=shown,
        shows=[(name, say.of(words)) for name, words in SHOWS.items()],
        title=say(f"title_{shown}"),
        says=summary(told, shown, say),
        one_says=lambda district: one(district, say),
        picture=charts.picture(drawn, outlines),
        fault=None if fault is None else say.told(fault),
        grades=[grade for grade in GRADES if grade != "none" or any(not each.whole for each in drawn)],
        grade_words=lambda grade: (
            say("silent_key")
            if grade == "none" and any(each.silent for each in drawn)
            else say.of(GRADE_WORDS[grade])
        ),
    )


def listed(names: Mapping[str, str], found: Sequence[Counted], shown: str) -> list[District]:
    """Each area of `names` (by code) with what is shown of it; a street counts to its district, and what is
    of no area that is named keeps its own line."""
    parts: dict[str, tuple[int, int, int]] = dict.fromkeys(names, (0, 0, 0))
    for each in found:
        code = home(each.area, names) or each.area
        part, whole = {
            "arrived": (each.arrived, each.receipted),
            "sent": (each.sent, each.messages),
            "signed": (each.signed, each.asked),
        }[shown]
        before = parts.get(code, (0, 0, 0))
        parts[code] = before[0] + part, before[1] + whole, before[2] + each.messages
    return [
        District(
            number,
            code,
            names.get(code, code),
            part,
            whole,
            silent=shown == "arrived" and messages > 0 and not whole,
        )
        for number, (code, (part, whole, messages)) in enumerate(parts.items(), 1)
    ]


def summary(told: Sequence[District], shown: str, say: Speech) -> str:
    """The picture in words: all together, and the lowest district."""
    part, whole = sum(each.part for each in told), sum(each.whole for each in told)
    if not whole and any(each.silent for each in told):
        return say("one_silent", say.of(SHOWS[shown]))
    behind = [each for each in told if each.whole and each.part < each.whole]
    lowest = min(behind, key=lambda each: each.part / each.whole, default=None)
    words = "" if lowest is None else say("lowest", lowest.name, share(lowest.part, lowest.whole))
    what = say("arrived_of") if shown == "arrived" else say.of(SHOWS[shown])
    return say("summary", what, f"{part:,}", f"{whole:,}", share(part, whole), words).strip()


def one(district: District, say: Speech) -> str:
    """A district in words."""
    if not district.whole:
        return say("one_silent" if district.silent else "one_none", district.name)
    told = share(district.part, district.whole)
    return say("one", district.name, told, f"{district.part:,}", f"{district.whole:,}")


async def _outlines(maps: Maps, plan: Plan) -> tuple[Outlines | None, InputError | None]:
    try:
        return await asyncio.to_thread(maps.of, plan), None
    except InputError as error:
        return None, error


def _name(code: str, plan: Plan, say: Speech) -> str:
    area = next(each for each in plan.areas if each.code == code)
    name = (say.language == "en" and area.name_en) or area.name
    return say("whole_area", name) if code == plan.area and len(plan.areas) > 1 else name


def _share(row: District) -> float:
    return row.part / row.whole if row.whole else 2.0  # where there is nobody: after all others


def _shown_share(row: District, say: Speech) -> str:
    if row.silent:
        return say.of(NO_RECEIPTS)
    return share(row.part, row.whole) if row.whole else "—"


ORDERS: dict[str, Callable[[District], float]] = {
    "number": lambda row: row.number,
    "all": lambda row: row.whole,
    "share": _share,
    "left": lambda row: row.whole - row.part,
}
table: Table[District] = Table(
    "districts",
    TEXTS["districts"],
    (
        Column("number", TEXTS["district"], lambda row, _say: f"{row.number} {row.name}", sorts=True),
        Column("all", TEXTS["all"], lambda row, _say: f"{row.whole:,}", sorts=True, number=True),
        Column("part", TEXTS["part"], lambda row, _say: f"{row.part:,}", number=True),
        Column("share", TEXTS["share"], _shown_share, sorts=True, number=True, matters="deciding"),
        Column("left", TEXTS["left"], lambda row, _say: f"{row.whole - row.part:,}", sorts=True, number=True),
    ),
    lambda row: row.number,
    "number",
    (Filter("show", TEXTS["show"], SHOWS, usual="arrived"),),
)
