"""`directory verify`: ask people whether their numbers are still right; how far that is; answers by phone."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args

import typer

from gateway.cli.campaign_tables import ANSWER_WORDS, show_campaigns, show_questions, show_start
from gateway.cli.exporting import record
from gateway.cli.organisations import read, write
from gateway.cli.output import Json, SettingsFile, print_json, say, table
from gateway.cli.selecting import Only, selected

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.directory.campaign import Wish
    from gateway.settings import Settings

app = typer.Typer(
    help="核实号码 · whether numbers are still right", invoke_without_command=True, rich_markup_mode=None
)
POLL_SECONDS = 0.25
_STATES_AHEAD = ("queued", "sending")
Exercise = Annotated[bool, typer.Option("--exercise", help="演练单位 · those of exercises")]
Campaign = Annotated[int, typer.Argument(metavar="ID", min=1, help="编号 · its number")]


@app.callback()
def verify(
    context: typer.Context,
    only: Only = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="DATE", help="此日以来未核实的 · not confirmed since"
        ),
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="从未核实的 · never confirmed")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="近来发不到的 · not reached lately")] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=30, help="有效天数 · how long it runs")] = 7,
    exercise: Exercise = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会问谁 · ask nobody")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="等到全部发完 · until every message is final")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """发短信、邮件核实号码：“是回复1，不是回复2” · Ask people whether their numbers are still right."""
    if context.invoked_subcommand is not None:
        return
    from gateway import settings as settings_module
    from gateway.directory.campaign import Wish

    configured = settings_module.load(settings)
    wish = Wish(selected(only), None if since is None else since.date(), never, failed)
    shown = _start(configured, wish, days, exercise=exercise, dry_run=dry_run, wait=wait)
    if as_json:
        print_json(shown)
    else:
        show_start(shown)


@app.command("status")
def status(
    campaign: Annotated[
        int | None, typer.Argument(metavar="[ID]", min=1, help="编号，默认全部 · all by default")
    ] = None,
    answer: Annotated[
        str | None,
        typer.Option("--answer", metavar="A", help="confirmed、denied、changed、open（未答复）"),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """核实进展：答复和未送达 · How far campaigns are; of one, its questions."""
    from gateway.follow_up.campaigns.present import list_json, page_json

    if answer not in (None, "confirmed", "denied", "changed", "open"):
        raise typer.BadParameter(f"{answer}: confirmed, denied, changed, open", param_hint="--answer")
    if campaign is None:
        found = read(settings, lambda connection: list_json(connection, None))
        shown = found["campaigns"]
    else:
        chosen = cast(Literal["confirmed", "denied", "changed", "open"] | None, answer)
        found = read(settings, lambda connection: page_json(connection, campaign, chosen, limit=1000))
        shown = [found["campaign"]]
    if as_json:
        print_json(found)
        return
    show_campaigns(shown)
    if campaign is not None:
        show_questions(found["questions"])


@app.command("end")
def end(campaign: Campaign, settings: SettingsFile = None, as_json: Json = False) -> None:
    """提前结束：不再询问，链接失效 · Ask nobody any more."""
    from gateway.follow_up.campaigns import campaigns
    from gateway.web.access import LOCAL

    answer = write(
        settings,
        f"/api/v1/verifications/{campaign}/end",
        b"",
        lambda connection, now: {
            "id": campaign,
            "ended": campaigns.end(connection, campaigns.known(connection, campaign), now, LOCAL.name),
        },
    )
    if as_json:
        print_json(answer)
    else:
        say(f"核实 {campaign} {'已结束' if answer['ended'] else '此前已结束'} · ended")


@app.command("answer")
def answer(
    code: Annotated[str, typer.Argument(metavar="CODE", help="单位编码 · the organisation")],
    address: Annotated[str, typer.Argument(metavar="NUMBER", help="登记的号码或邮箱 · as it is listed")],
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="confirmed 是、denied 不是、changed 换人")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="新联系人 · of changed")] = "",
    number: Annotated[str, typer.Option("--number", metavar="N", help="新号码 · of changed")] = "",
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """记录电话核实的结果 · Record what was said by telephone."""
    from gateway.follow_up.campaigns import verifying
    from gateway.follow_up.campaigns.present import verification_json
    from gateway.ledger.directory.verifications import Answer
    from gateway.web.access import LOCAL

    answers: dict[str, Answer] = {each: each for each in get_args(Answer)}
    if said not in answers:
        raise typer.BadParameter(f"{said}: {', '.join(answers)}", param_hint="ANSWER")
    given = {
        "organisation": code,
        "address": address,
        "answer": said,
        "via": "phone",
        "name": name,
        "number": number,
    }
    found = write(
        settings,
        "/api/v1/verifications/answers",
        json.dumps(given).encode(),
        lambda connection, now: verification_json(
            verifying.record(
                connection,
                code,
                address,
                answers[said],
                now,
                via="phone",
                caller=LOCAL.name,
                name=name,
                number=number,
            )
        ),
    )
    if as_json:
        print_json(found)
    else:
        say(f"已记录：{found['organisation']['name']} {found['address']} {ANSWER_WORDS[said]} · recorded")


@app.command("proposals")
def proposals(exercise: Exercise = False, settings: SettingsFile = None, as_json: Json = False) -> None:
    """对方提出的新联系人，全号 · Other contacts that were named, in full."""
    from gateway import settings as settings_module
    from gateway.follow_up.campaigns.present import proposals_json

    record(settings_module.load(settings), "verifications:proposals", {})
    found = read(settings, lambda connection: proposals_json(connection, exercise))
    if as_json:
        print_json(found)
        return
    table(
        "新联系人，核对后再更换 · check before use",
        ["编码", "名称", "原号码", "答复", "新联系人", "电话"],
        [
            [
                each["organisation"]["code"],
                each["organisation"]["name"],
                each["address"],
                each["answered_at"][:10],
                each["name"],
                each["number"],
            ]
            for each in found["proposals"]
        ],
    )


def _start(
    configured: "Settings", wish: "Wish", days: int, *, exercise: bool, dry_run: bool, wait: bool
) -> dict[str, Any]:
    from gateway.cli.client import server_socket
    from gateway.cli.loop import run

    socket = server_socket(configured)
    if socket is not None:
        stated = wish.as_json()
        selection = {name: stated.pop(name) for name in wish.selection.as_json()}
        body = {**stated, "days": days, "exercise": exercise, "dry_run": dry_run}
        if wish.selection.limits:
            body["selection"] = {name: values for name, values in selection.items() if values is not None}
        return asyncio.run(_through_server(socket, body, wait=wait and not dry_run))
    if wait and not dry_run:
        return run(_alone_and_wait(configured, wish, days, exercise))
    return _alone(configured, wish, days, exercise=exercise, dry_run=dry_run)


async def _through_server(socket: "Path", body: dict[str, Any], *, wait: bool) -> dict[str, Any]:
    from gateway.cli.client import ask

    content = json.dumps(body).encode()
    _status, shown = await ask(socket, "POST", "/api/v1/verifications", content, "application/json")
    if wait:
        target = f"/api/v1/verifications/{shown['campaign']['id']}?limit=1"

        async def look() -> dict[str, Any]:
            _status, found = await ask(socket, "GET", target)
            return dict(found["campaign"])

        shown["campaign"] = await _sent(look)
    return dict(shown)


def _alone(
    configured: "Settings", wish: "Wish", days: int, *, exercise: bool, dry_run: bool
) -> dict[str, Any]:
    """While no server runs: what is asked leaves once one does."""
    from gateway.cli.client import alone, reader
    from gateway.follow_up.campaigns import campaigns, present
    from gateway.plans.catalogue import Catalogue
    from gateway.web.access import LOCAL

    plans = list(Catalogue(configured.plans_folder).readable().values())
    office = configured.for_renderer()
    channels = {each.channel for each in configured.accounts.values() if each.exercise == exercise}
    prepare = partial(campaigns.prepare, channels=channels)
    campaign = None
    if dry_run:
        with reader(configured) as ledger:
            now = ledger.now()
            prepared = ledger.read_now(prepare, office, plans, wish, exercise, now)
    else:
        with alone(configured, "airwarn directory verify") as ledger:
            now = ledger.now()
            prepared = ledger.read_now(prepare, office, plans, wish, exercise, now)
            started = ledger.write_now(
                campaigns.start, prepared, wish, exercise, now, caller=LOCAL.name, days=days
            )
            campaign = ledger.read_now(present.campaign_json, started)
    return {"campaign": campaign, **present.prepared_json(prepared, wish, exercise, now, days)}


async def _alone_and_wait(configured: "Settings", wish: "Wish", days: int, exercise: bool) -> dict[str, Any]:
    from gateway.follow_up.campaigns import campaigns, present
    from gateway.web.access import LOCAL
    from gateway.web.serving.running import running

    async with running(configured, "airwarn directory verify", guest=True) as process:
        ledger, desk, now = process.ledger, process.desk, process.clock()
        plans = list(desk.catalogue.readable().values())
        prepared = await ledger.read(campaigns.prepare, desk.office, plans, wish, exercise, now)
        started = await ledger.write(
            campaigns.start, prepared, wish, exercise, now, caller=LOCAL.name, days=days
        )
        process.wake()

        async def look() -> dict[str, Any]:
            return await ledger.read(_campaign, started.id)

        campaign = await _sent(look)
    return {"campaign": campaign, **present.prepared_json(prepared, wish, exercise, now, days)}


def _campaign(connection: Any, identifier: int) -> dict[str, Any]:
    from gateway.follow_up.campaigns import campaigns, present

    shown: dict[str, Any] = present.campaign_json(connection, campaigns.known(connection, identifier))
    return shown


async def _sent(look: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """Look until everything has left or never will."""
    while True:
        campaign = await look()
        ahead = sum(campaign["messages"].get(state, 0) for state in _STATES_AHEAD)
        if campaign["ended_at"] or (campaign["expanded"] and not ahead):
            return campaign
        await asyncio.sleep(POLL_SECONDS)
