"""`check` and `render`: a decision document looked at outside the ledger."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from gateway.cli.caching import keep_templates
from gateway.cli.output import Json, SettingsFile, leave, minute, print_json, read_file, say
from gateway.errors import InputError
from gateway.vocabulary import (
    AUDIENCE_WORDS,
    AUDIENCES,
    LANGUAGES,
    LEVEL_WORDS,
    MEDIA,
    SECTOR_WORDS,
    SECTORS,
    Audience,
    Medium,
    Sector,
)

if TYPE_CHECKING:
    from gateway.decisions.checks import Check
    from gateway.decisions.model import Decision
    from gateway.notices.model import Notice
    from gateway.plans.model import Plan

File = Annotated[str, typer.Argument(metavar="FILE", help="决定文档（YAML 或 JSON），- 为标准输入")]

OUTCOME_WORDS = {
    "ready": "可以发布 · ready",
    "needs_reason": "须写明特殊理由（special_reason）· needs a reason",
    "refused": "不能发布 · refused",
}
MEDIUM_WORDS = {"notice": "通知", "sms": "短信", "webhook": "群消息", "email": "邮件", "spoken": "朗读稿"}
SEVERITY_WORDS = {"refuse": "拒绝", "reason": "须说明理由", "note": "提示"}


def load(file: str, settings: Path | None) -> "tuple[Plan, Decision]":
    """The decision in a file and its plan. Raises `InputError` naming file, line and field."""
    from gateway import settings as settings_module
    from gateway.decisions.reading import read
    from gateway.documents import decode, parse
    from gateway.plans.catalogue import Catalogue

    content, name = read_file(file)
    text = decode(content, name)
    decision = read(text, name)
    configured = settings_module.load(settings)
    try:
        return Catalogue(configured.plans_folder).load(decision.plan).plan, decision
    except InputError as error:
        if error.code == "PLAN_UNKNOWN":
            error.file, error.line = name, parse(text, name).line_of(("plan",))
        raise


def check(
    file: File,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="T",
            help="以此时刻为“现在”，须带时区，默认 decided_at · taken as now",
        ),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """检查一份预警决定 · Check a decision against its plan: exit 0 only when it is ready."""
    from gateway.decisions.checks import check as run

    at = None if now is None else moment(now)
    plan, decision = load(file, settings)
    checked = run(plan, decision, at or decision.decided_at)
    if as_json:
        print_json(checked.as_json())
    else:
        show_check(checked)
    leave(0 if checked.outcome == "ready" else 1)


def moment(written: str) -> datetime:
    """The time that an option states, in every form that a document's times have."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(
            f"{written}: 应为带时区的时间 · a time with its offset, such as 2024-01-10T12:00:00+08:00",
            param_hint="--now",
        )
    return moment


# Owed without a moment is the lift or the decision that no expected end dates, and otherwise a report
# for which the plan writes no time.
_UNDATED = {"lift": "解除时间未定", "decision": "时间未定"}
_NO_DEADLINE = "预案未写时限"


def show_check(checked: "Check") -> None:
    """Findings and obligations for a person."""
    say(f"结论：{OUTCOME_WORDS[checked.outcome]}")
    by_forecast = checked.level_by_forecast
    say(f"按预报应为：{LEVEL_WORDS[by_forecast] if by_forecast else '未达预警'}")
    show_findings([finding.as_json() for finding in checked.findings])
    if checked.due:
        say("\n待办：")
    for obligation in checked.due:
        shape = obligation.as_json()
        repeats = "，每日" if shape.get("repeats") == "daily" else ""
        at = minute(shape["at"]) if shape["at"] else _UNDATED.get(obligation.code, _NO_DEADLINE)
        say(f"  {at}{repeats}　{shape['by_whom']} → {shape['to_whom']}：{shape['what']}")


def show_findings(findings: Iterable[dict[str, Any]]) -> None:
    """What a check found, in the shape of DESIGN section 7."""
    for finding in findings:
        deviation = "（已说明理由）" if finding.get("deviation") else ""
        say(f"\n［{SEVERITY_WORDS[finding['severity']]}{deviation}］{finding['code']}")
        say(f"  {finding['message']}")
        say(f"  {finding['message_en']}")
        if finding["clause"]:
            say(f"  依据：{finding['clause']}")


def render(
    file: File,
    audience: Annotated[str | None, typer.Option(metavar="A", help=f"受众：{' '.join(AUDIENCES)}")] = None,
    sector: Annotated[str | None, typer.Option(metavar="S", help=f"企业行业：{' '.join(SECTORS)}")] = None,
    medium: Annotated[str | None, typer.Option(metavar="M", help=f"媒介：{' '.join(MEDIA)}")] = None,
    language: Annotated[str, typer.Option(metavar="L", help=f"语言：{' '.join(LANGUAGES)}")] = "zh-CN",
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """预览各受众的文本 · Render the texts of a decision, whatever its findings."""
    from gateway import settings as settings_module
    from gateway.decisions.facts import facts
    from gateway.notices.compose import render as run
    from gateway.notices.model import InForce

    for value, allowed, name in (
        (audience, AUDIENCES, "--audience"),
        (sector, SECTORS, "--sector"),
        (medium, MEDIA, "--medium"),
    ):
        if value is not None and value not in allowed:
            raise typer.BadParameter(f"{value}: {', '.join(allowed)}", param_hint=name)
    if sector is not None and audience not in (None, "enterprises"):
        raise typer.BadParameter("only enterprises have sectors", param_hint="--sector")
    plan, decision = load(file, settings)
    context = decision.context
    active = context.active_level if context else None
    keep_templates()
    notices = run(
        plan,
        decision,
        settings_module.load(settings).for_renderer(),
        audiences=None if audience is None else (cast(Audience, audience),),
        sectors=None if sector is None else (cast(Sector, sector),),
        media=None if medium is None else (cast(Medium, medium),),
        language=language,
        before=InForce(active, facts(decision), context.active_since) if context and active else None,
    )
    if as_json:
        print_json({"notices": [notice.as_json() for notice in notices]})
    else:
        for notice in notices:
            show_notice(notice)


def show_notice(notice: "Notice") -> None:
    """One notice for a person, under a line that says for whom and how long it is."""
    sector = f"·{SECTOR_WORDS[notice.sector]}" if notice.sector else ""
    language = f" · {notice.language}" if notice.language != "zh-CN" else ""
    size = " ".join(
        part
        for part in (
            f"按 {notice.segments} 条计费" if notice.segments else "",
            f"{notice.bytes} 字节" if notice.bytes else "",
            f"{len(notice.parts)} 段" if notice.parts else "",
            f"{len(notice.text)} 字" if notice.medium == "spoken" else "",
        )
        if part
    )
    medium = MEDIUM_WORDS[notice.medium]
    say(f"──── {AUDIENCE_WORDS[notice.audience]}{sector} · {medium}{language} {size}".rstrip())
    if notice.medium not in ("sms", "spoken"):  # what is sent or said as it stands, without a title
        say(notice.title)
    say("\n\n".join(notice.messages))
    say()
