"""`audit list`, `audit verify`: who did what and when, and whether the record is still as it was written."""

from typing import Annotated

import typer

from gateway.cli.output import Json, SettingsFile, leave, note, print_json, say, table

app = typer.Typer(help="审计记录 · the audit trail", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify")
def verify(
    anchor: Annotated[
        str | None,
        typer.Option("--anchor", metavar="HASH", help="此前记下的锚，行号:哈希 · kept earlier"),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """核对审计链及其所记的文本、审批、报告 · Check the chain and what it tells of; exit 1 for any fault."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.ledger.trail.verifying import verify as check

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        found = check(ledger, configured.data_folder, anchor)
    end = f"{found.head.rows}:{found.head.sha256}"
    if as_json:
        print_json(
            {
                "sound": found.sound,
                "rows": found.head.rows,
                "anchor": end,
                "faults": [
                    {
                        "code": fault.code,
                        "row": fault.row,
                        "subject": fault.subject,
                        "message": fault.message,
                        "message_en": fault.message_en,
                    }
                    for fault in found.faults
                ],
                "more": found.more,
            }
        )
    else:
        for fault in found.faults:
            where = f"［{fault.subject}］" if fault.subject else ""
            say(f"{fault.code} {where}{fault.message}")
            say(f"  {fault.message_en}")
        if found.more:
            say(f"……另有 {found.more} 处 · and {found.more} more")
        say(
            f"审计记录完好，共 {found.head.rows} 行 · sound"
            if found.sound
            else "审计记录不完好 · not as it was written"
        )
        say(f"锚 · anchor: {end}")
    leave(0 if found.sound else 1)


@app.command("list")
def list_(
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="S", help="如 decision:0190…、broadcast:7，或 broadcast: 全部"),
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="K", help="如 launched · such as")] = None,
    after: Annotated[int, typer.Option("--after", metavar="N", min=0, help="自第 N 行之后")] = 0,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100_000)] = 1000,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出审计记录 · List the audit trail."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.upkeep.trail import entry_json
    from gateway.ledger.trail import audit
    from gateway.moments import iso
    from gateway.plans.catalogue import Catalogue
    from gateway.web.console.people.trail_view import facts, sentence, told
    from gateway.web.console.people.trail_words import TEXTS
    from gateway.web.live.live_words import Speech

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        rows = ledger.read_now(audit.page, after=after, limit=limit, subject=subject, kind=kind)
        if as_json:
            listed = [entry_json(row) for row in rows]
            print_json({"audit": listed, "next": rows[-1].id if len(rows) == limit else None})
            return
        plans = {name: plan.title for name, plan in Catalogue(configured.plans_folder).readable().items()}
        found = ledger.read_now(told, rows, plans)
    say_zh = Speech("zh", TEXTS)
    table(
        "审计记录 · audit trail",
        ["行", "时间", "谁做了什么", "说明", "对象"],
        [
            [
                row.entry.id,
                (iso(row.entry.at) or "")[:19].replace("T", " "),
                ("【演练】" if row.exercise else "") + sentence(row, say_zh),
                "，".join(f"{label} {value}" for label, value in facts(row, say_zh)),
                row.entry.subject,
            ]
            for row in found
        ],
    )
    if len(rows) == limit:
        note(f"还有更多：--after {rows[-1].id} · there is more")
