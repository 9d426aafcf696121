"""`episode progress|publish|withdraw`, `directory control-list`: what the public reads beside decisions."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.episodes import Episode
from gateway.cli.output import Json, SettingsFile, minute, print_json, say
from gateway.errors import InputError

Because = Annotated[str, typer.Option("--because", metavar="WHY", help="原因 · why")]
control_list_app = typer.Typer(
    help="应急减排清单是否对公众公布 · whether the public reads the control list",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def progress(episode: Episode, settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出公众读到的响应进展，撤下的也列出 · What was published of an episode."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.papers.publishing import progress_json
    from gateway.ledger.decisions import publications

    with reader(settings_module.load(settings)) as ledger:
        found = [progress_json(each) for each in ledger.read_now(publications.of_episode, episode)]
    if as_json:
        print_json({"progress": found})
        return
    if not found:
        say("没有公布过进展 · nothing was published")
    for each in found:
        _show(each)


def publish(
    episode: Episode,
    text: Annotated[str, typer.Option("--text", metavar="WORDS", help="进展，中文 · in Chinese")],
    text_en: Annotated[str, typer.Option("--text-en", metavar="WORDS", help="英文 · in English")] = "",
    expected: Annotated[
        str, typer.Option("--expected", metavar="WORDS", help="预计持续多久 · how long it lasts")
    ] = "",
    aqi: Annotated[int | None, typer.Option("--aqi", metavar="N", help="监测的 AQI · measured")] = None,
    pollutant: Annotated[
        str | None, typer.Option("--pollutant", metavar="P", help="首要污染物 · of which pollutant")
    ] = None,
    measured_at: Annotated[
        str | None,
        typer.Option("--measured-at", metavar="T", help="监测时间，如 2024-01-10T14:00+08:00 · when"),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """对公众公布响应进展 · Let the public read how the response goes."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import written
    from gateway.follow_up.papers import publishing

    measured = _measured(aqi, pollutant, measured_at)
    said = publishing.Progress(text.strip(), text_en.strip(), measured, expected.strip())
    body = said.content()

    def alone(connection: Any, now: int) -> Any:
        number = publishing.publish_progress(connection, LOCAL, episode, said, now)
        return publishing.progress_json(publishing.published(connection, number))

    path = f"/api/v1/episodes/{quote(episode, safe='')}/progress"
    answer = written(settings_module.load(settings), "airwarn episode", path, body, alone)
    if as_json:
        print_json(answer)
    else:
        _show(answer)


def withdraw(
    episode: Episode,
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="进展号，见 progress · its number")],
    because: Because,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """撤下一条已公布的进展，写明原因 · Take back what was published."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import written
    from gateway.follow_up.papers import publishing

    def alone(connection: Any, now: int) -> Any:
        why = because.strip()
        taken = publishing.withdraw_of_episode(connection, LOCAL, episode, number, why, now)
        return publishing.progress_json(taken)

    path = f"/api/v1/episodes/{quote(episode, safe='')}/progress/{number}/withdraw"
    answer = written(
        settings_module.load(settings), "airwarn episode", path, {"because": because.strip()}, alone
    )
    if as_json:
        print_json(answer)
    else:
        _show(answer)


@control_list_app.callback()
def control_list(context: typer.Context, settings: SettingsFile = None, as_json: Json = False) -> None:
    """清单现在是否公布，公布哪些列 · Whether the list is public, and with which columns."""
    if context.invoked_subcommand is not None:
        return
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.papers.publishing import list_json
    from gateway.ledger.decisions import publications

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        newest = ledger.read_now(publications.newest, "control_list")
    _show_list(list_json(newest, configured.public.control_list), as_json)


@control_list_app.command("publish")
def publish_list(
    basis: Annotated[
        str, typer.Option("--basis", metavar="WORDS", help="清单的文号或名称 · the document it stands in")
    ],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="C", help="可多次：area sector grade；不写只列名称 · repeat it"),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """公布清单，或改变公布的列 · Let the public read the list."""
    from gateway.broadcasts.actor import LOCAL
    from gateway.follow_up.papers import publishing

    body = {"columns": column or [], "basis": basis.strip()}

    def alone(connection: Any, now: int) -> None:
        publishing.publish_list(connection, LOCAL, column or [], basis.strip(), now)

    _change_list(settings, "/api/v1/control-list", body, alone, as_json)


@control_list_app.command("withdraw")
def withdraw_list(because: Because, settings: SettingsFile = None, as_json: Json = False) -> None:
    """不再公布清单，写明原因 · The public reads the list no more."""
    from gateway.broadcasts.actor import LOCAL
    from gateway.follow_up.papers import publishing

    def alone(connection: Any, now: int) -> None:
        publishing.withdraw_list(connection, LOCAL, because.strip(), now)

    _change_list(settings, "/api/v1/control-list/withdraw", {"because": because.strip()}, alone, as_json)


def _change_list(settings: Path | None, path: str, body: dict[str, Any], act: Any, as_json: bool) -> None:
    from gateway import settings as settings_module
    from gateway.cli.client import written
    from gateway.follow_up.papers.publishing import list_json
    from gateway.ledger.decisions import publications

    configured = settings_module.load(settings)

    def alone(connection: Any, now: int) -> Any:
        act(connection, now)
        return list_json(publications.newest(connection, "control_list"), configured.public.control_list)

    _show_list(written(configured, "airwarn directory", path, body, alone), as_json)


def _measured(aqi: int | None, pollutant: str | None, measured_at: str | None) -> Any:
    from typing import cast, get_args

    from gateway.follow_up.papers.publishing import Measured
    from gateway.vocabulary import Pollutant

    if aqi is None and pollutant is None and measured_at is None:
        return None
    if aqi is None or measured_at is None:
        raise typer.BadParameter("须同时写 · needed together", param_hint="--aqi, --measured-at")
    if pollutant is not None and pollutant not in get_args(Pollutant):
        raise typer.BadParameter(f"{pollutant}: {', '.join(get_args(Pollutant))}", param_hint="--pollutant")
    try:
        at = datetime.fromisoformat(measured_at)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError(
            "FIELD_INVALID",
            "监测时间应写成 2024-01-10T14:00+08:00",
            "write when it was measured like 2024-01-10T14:00+08:00",
            field="measured_at",
        )
    return Measured(aqi, cast(Pollutant | None, pollutant), at)


def _show(each: dict[str, Any]) -> None:
    taken = (
        f"，{minute(each['withdrawn_at'])} 撤下：{each['withdrawn_because']} · withdrawn"
        if each["withdrawn_at"]
        else ""
    )
    say(f"{each['id']}　{minute(each['published_at'])} 由 {each['published_by']} 公布{taken}")
    say(f"   {each['text']}")


def _show_list(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
    elif found["columns"] is None:
        say("清单没有公布 · the list is not public")
    else:
        columns = "、".join(found["columns"]) or "只列名称 · names alone"
        say(f"清单对公众公布：{columns}；依据：{found['basis'] or '设置 · the settings'} · public")
