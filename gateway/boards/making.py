"""What boards and call sheets take from the ledger."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection

from gateway.boards.calls import CallSheet, Reader, Script, call_sheets
from gateway.boards.sign import Boards, SignBoard
from gateway.errors import InputError
from gateway.ledger.decisions import broadcasts, notices, personal
from gateway.ledger.directory import inventory, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.follow_up.unreached import Unreached, by_delivery
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.settings import Settings
from gateway.slots import with_own
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS, Action, Audience, Level, Sector

_PAGE = 500


def page_in_force(configured: Settings, link: str | None) -> str:
    """The address behind a board's QR code: `link`, else the office's page, else the gateway's own.

    Raises `InputError` BOARD_NO_ADDRESS where the settings name neither.
    """
    full_text_at = configured.office.full_text_at or ""
    of_office = full_text_at if full_text_at.startswith(("http://", "https://")) else None
    address = link or of_office or configured.public_url
    if address is None:
        raise InputError(
            "BOARD_NO_ADDRESS",
            "不知道二维码指向哪个网页：请在设置中写 office.full_text_at 或 public_url，或用 link 指定",
            "no address for the QR code: set office.full_text_at or public_url, or give a link",
            field="link",
        )
    return address


def board_of(connection: Connection, boards: Boards, code: str) -> SignBoard:
    """The board of one organisation, listed or not. Raises `InputError` ORGANISATION_UNKNOWN."""
    found = organisations.by_codes(connection, [code]).get(code)
    if found is None or not found.active:
        raise InputError(
            "ORGANISATION_UNKNOWN",
            f"通讯录里没有在用的单位“{code}”",
            f"the directory has no active organisation {code!r}",
            field="code",
        )
    lines = inventory.of_organisations(connection, [found.id])
    return boards.board(found.organisation, lines.get(found.id, ()))


def boards_of_plan(
    connection: Connection, boards: Boards, plan: Plan, area: str | None, *, exercise: bool = False
) -> list[SignBoard]:
    """The boards of every enterprise and site of the plan's area that the inventory lists, by area, code.

    `area` bounds it to a code and what lies under it. Raises `InputError`:
    AREA_NOT_IN_PLAN, BOARDS_NONE.
    """
    area = _bound(plan, area)
    codes = tuple(each.code for each in plan.areas)
    found = []
    for some in _enterprises(connection, area, exercise):
        here = [each for each in some if each.organisation.area.startswith(codes)]
        lines = inventory.of_organisations(connection, [each.id for each in here])
        found += [boards.board(each.organisation, lines[each.id]) for each in here if each.id in lines]
    if not found:
        raise InputError(
            "BOARDS_NONE",
            "应急减排清单里没有这个范围的企业或工地，没有公示牌可打印",
            "the inventory lists no enterprise or site there: no board to print",
            field="area",
        )
    return sorted(found, key=lambda board: (board.area, board.code))


@dataclass(frozen=True, slots=True)
class Calls:
    """The call sheets of a broadcast, and how many organisations stand on them."""

    sheets: tuple[CallSheet, ...]
    organisations: int


def calls_of(
    connection: Connection,
    catalogue: Catalogue,
    broadcast_id: int,
    now: int,
    area: str | None = None,
    unreached: Sequence[Unreached] | None = None,
) -> Calls:
    """The call sheets of a broadcast: of `unreached`, else of those at whom no message arrived.

    `now` in milliseconds since 1970 UTC. Raises `InputError`: BROADCAST_UNKNOWN; BROADCAST_ENDED where
    its words no longer hold; AREA_NOT_IN_PLAN; CALLS_NONE where nobody is left to call.
    """
    summary = next(iter(broadcasts.summaries(connection, broadcast_id)), None)
    if summary is None or summary.launched_at is None:
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {broadcast_id}",
            f"there is no broadcast {broadcast_id}",
            field="broadcast",
        )
    if not summary.live or (summary.valid_until is not None and summary.valid_until <= now):
        raise InputError(
            "BROADCAST_ENDED",
            f"发布任务 {broadcast_id} 已被取代或已过期，其内容不能再念给别人",
            f"broadcast {broadcast_id} was superseded or has expired: its words are not to be read out",
            field="broadcast",
        )
    plan = catalogue.load(summary.plan).plan
    area = _bound(plan, area)
    left = by_delivery(connection, broadcast_id) if unreached is None else unreached
    left = [each for each in left if area is None or each.area.startswith(area)]
    if not left:
        raise InputError(
            "CALLS_NONE",
            "没有待电话通知的单位",
            "nobody is left to call",
            field="area",
        )
    level = f"{LEVEL_WORDS[cast(Level, summary.level)]}预警" if summary.level else ""
    title = f"{ACTION_WORDS[cast(Action, summary.action)]}重污染天气{level}"
    own = {
        code: words.splitlines()
        for code, medium, language, words in personal.of_decision(connection, summary.decision_id)
        if (medium, language) == ("notice", "zh-CN")
    }
    scripts = _scripts(connection, summary.decision_id)
    sheets = call_sheets(plan, left, scripts, title, own, exercise=summary.exercise)
    return Calls(sheets, len(left))


def _bound(plan: Plan, area: str | None) -> str | None:
    """A code of the plan or one under it; None, the whole, for the plan's own."""
    if area is not None and not area.startswith(tuple(each.code for each in plan.areas)):
        raise InputError(
            "AREA_NOT_IN_PLAN",
            f"“{plan.title}”没有区域 {area}",
            f"plan {plan.id!r} has no area {area!r}",
            field="area",
        )
    return None if area == plan.area else area


def _enterprises(connection: Connection, area: str | None, exercise: bool) -> Iterator[list[Stored]]:
    after = 0
    while some := organisations.page(
        connection,
        audience="enterprises",
        area=area,
        exercise=exercise,
        active=True,
        after=after,
        limit=_PAGE,
    ):
        yield some
        after = some[-1].id


def _scripts(connection: Connection, decision_id: str) -> dict[Reader, Script]:
    """The spoken text of each reader; what is said to a dropped area where nothing else is."""
    found: dict[Reader, Script] = {}
    for purpose in ("dropped", "now"):
        wanted = {"purpose": purpose, "medium": "spoken", "language": "zh-CN"}
        for text in notices.texts(connection, decision_id, wanted):
            words = with_own("\n".join(json.loads(text.messages)), ())
            reader = cast(Audience, text.audience), cast(Sector | None, text.sector)
            found[reader] = Script(text.title, words)
    return found
