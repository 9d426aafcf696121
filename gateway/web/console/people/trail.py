"""`/console/audit`: who did what and when, and whether the record is still as it was written."""

import json

from aiohttp import web
from sqlalchemy import Connection

from gateway.ledger.trail import audit
from gateway.ledger.trail.audit import Entry
from gateway.ledger.trail.verifying import verify
from gateway.vocabulary import Words
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.people.trail_words import KINDS
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.heavy import HEAVY
from gateway.web.keys import LEDGER, SETTINGS
from gateway.web.people import Person, sent_form

PATH = "/console/audit"
TEXTS: dict[str, Words] = {
    "audit": Words("审计记录", "Audit trail"),
    "about_audit": Words(
        "谁在什么时候做了什么。每一行的哈希值覆盖上一行，改动、删去或插入任何一行都能查出。",
        "Who did what and when. Each row's hash covers the row before it, so that a row that was changed, "
        "removed or put in shows.",
    ),
    "verify": Words("校验全部记录", "Verify the whole trail"),
    "verify_help": Words(
        "从第一行核对到最后一行，以及记录所说的各表；记录多时要几秒钟。",
        "Checks every row and the tables that the trail vouches for; a long one takes seconds.",
    ),
    "sound": Words("校验通过：{} 行，没有改动。", "Sound: {} rows, none changed."),
    "unsound": Words("发现问题 {} 处：", "Faults found: {}"),
    "anchor": Words("最后一行（可抄存，作为以后校验的依据）", "The last row, to be kept as an anchor"),
    "not_kept": Words(
        "本机没有另存的末行，无法查出末尾被截去。",
        "The end is not kept beside the ledger, so rows cut off at the end would not show.",
    ),
    "fault_row": Words("第 {} 行", "row {}"),
    "number": Words("行号", "Row"),
    "at": Words("时间", "When"),
    "actor": Words("由谁", "Who"),
    "actor_help": Words("由谁，如 user:登录名", "Who, such as user:name"),
    "kind": Words("做了什么", "What"),
    "subject": Words("对象", "About"),
    "detail": Words("内容", "Detail"),
    "sha256": Words("哈希值", "Hash"),
    "subject_help": Words("对象，如 decision:", "How the subject begins, such as decision:"),
    "whole_city": Words(
        "审计记录不按区域划分，只对不限区域的审计人员开放。",
        "The trail is not divided by areas: only auditors without limits read it.",
    ),
}
TABLE: Table[Entry] = Table(
    "audit",
    TEXTS["audit"],
    (
        Column("number", TEXTS["number"], lambda row, _say: str(row.id), sorts=True, number=True),
        Column("at", TEXTS["at"], lambda row, _say: moment(row.at)),
        Column("actor", TEXTS["actor"], lambda row, _say: row.actor),
        Column("kind", TEXTS["kind"], lambda row, say: say.among(KINDS, row.kind)),
        Column("subject", TEXTS["subject"], lambda row, _say: row.subject),
        Column(
            "detail",
            TEXTS["detail"],
            lambda row, _say: json.dumps(dict(row.detail), ensure_ascii=False) if row.detail else "",
            long=True,
        ),
        Column("sha256", TEXTS["sha256"], lambda row, _say: row.sha256, long=True),
    ),
    lambda row: row.id,
    "-number",
    (
        Filter("subject", TEXTS["subject_help"], longest=200),
        Filter("kind", TEXTS["kind"], KINDS),
        Filter("actor", TEXTS["actor_help"]),
    ),
)

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("auditor")
async def get_audit(request: web.Request, person: Person) -> web.Response:
    """The trail, the newest first."""
    if person.user.areas:
        return _not_theirs(person)
    return await answer(person, TABLE, TABLE.asked(request.query), _fetch, "audit.html", words=TEXTS)


@routes.post(f"{PATH}/verify")
@for_people("auditor")
async def post_verify(request: web.Request, person: Person) -> web.Response:
    """Checks all of it and says what was found."""
    await sent_form(person)
    if person.user.areas:
        return _not_theirs(person)
    app = request.app
    found = await app[HEAVY].run(person.caller.name, verify, app[LEDGER], app[SETTINGS].data_folder)
    return framed(person, "audit_verified.html", words=TEXTS, found=found)


def _fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Entry]:
    return audit.recorded(connection, **asked.chosen, descending=asked.descending, after=after, limit=limit)


def _not_theirs(person: Person) -> web.Response:
    return framed(person, "audit_whole.html", status=403, words=TEXTS)
