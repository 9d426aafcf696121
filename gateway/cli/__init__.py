"""The command `airwarn`. Modules are imported inside commands, so that each starts quickly."""

import gc
import os
import sys

import typer
from typer._click.exceptions import UsageError  # typer carries its own click and shows no other name

from gateway.cli import (
    approving,
    audit,
    backup,
    boards,
    calling,
    decisions,
    directory,
    directory_notice,
    doctor,
    due,
    duties,
    episodes,
    following,
    handover,
    imports,
    lanes,
    orders,
    organisations,
    papers,
    payload,
    plans,
    publishing,
    released,
    report,
    running,
    selecting,
    sending,
    setup,
    standing,
    status,
    stopping,
    submitting,
    tokens,
    users,
    validating,
    verifying,
)
from gateway.cli.output import Exit, drop_output, note, prepare_output, print_input_error, print_usage_error
from gateway.errors import InputError, system_words

app = typer.Typer(
    name="airwarn",
    help="重污染天气预警通知网关 · gateway for heavy-air-pollution warnings",
    epilog="第一次用：demo 看一遍全过程，init 建立设置，doctor 检查；每个命令都有 --help · "
    "new here: demo, then init, then doctor; every command has --help",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
plan_app = typer.Typer(help="预案 · emergency plans", no_args_is_help=True, rich_markup_mode=None)
directory_app = typer.Typer(help="通讯录 · the directory", no_args_is_help=True, rich_markup_mode=None)
decision_app = typer.Typer(
    help="决定：提交、批准、发布 · decisions and their approvals", no_args_is_help=True, rich_markup_mode=None
)
episode_app = typer.Typer(help="污染过程 · episodes", no_args_is_help=True, rich_markup_mode=None)
token_app = typer.Typer(help="接口令牌 · tokens of the API", no_args_is_help=True, rich_markup_mode=None)
lane_app = typer.Typer(help="通道 · lanes", no_args_is_help=True, rich_markup_mode=None)
unknown_app = typer.Typer(
    help="结果不明的消息 · messages that may have arrived", no_args_is_help=True, rich_markup_mode=None
)
payload_app = typer.Typer(
    cls=payload.Payloads,
    help="运营商和相邻系统的消息 · payloads for operators and neighbours",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(plan_app, name="plan")
app.add_typer(audit.app, name="audit")
app.add_typer(boards.app, name="board")
app.add_typer(due.app, name="due")
app.add_typer(duties.app, name="duty")
app.add_typer(decision_app, name="decision")
app.add_typer(directory_app, name="directory")
directory_app.add_typer(verifying.app, name="verify")
directory_app.add_typer(duties.app, name="duty")
directory_app.add_typer(publishing.control_list_app, name="control-list")
app.add_typer(episode_app, name="episode")
app.add_typer(lane_app, name="lane")
app.add_typer(orders.app, name="order")
app.add_typer(payload_app, name="payload")
app.add_typer(token_app, name="token")
app.add_typer(unknown_app, name="unknown")
app.add_typer(users.app, name="user")

app.command("demo")(running.demo)
app.command("check")(decisions.check)
app.command("render")(decisions.render)
app.command("papers")(papers.papers)
app.command("send")(sending.send)
app.command("lift")(following.lift)
app.command("retract")(following.retract)
app.command("correct")(following.correct)
app.command("serve")(running.serve)
app.command("work")(running.work)
app.command("status")(status.status)
app.command("handover")(handover.handover)
app.command("stop")(stopping.stop)
app.command("init")(setup.init)
app.command("doctor")(doctor.doctor)
app.command("report")(report.report)
app.command("unsigned")(calling.unsigned)
app.command("calls")(calling.calls)
app.command("call")(calling.call)
app.command("backup")(backup.backup)
app.command("resume")(backup.resume)
decision_app.command("list")(standing.list_)
decision_app.command("show")(standing.show)
decision_app.command("submit")(submitting.submit)
decision_app.command("approve")(approving.approve)
decision_app.command("return")(approving.send_back)
decision_app.command("refuse")(approving.refuse)
decision_app.command("withdraw")(submitting.withdraw)
decision_app.command("opinion")(submitting.opinion)
decision_app.command("recipients")(selecting.recipients)
decision_app.command("launch")(following.launch)
directory_app.command("import")(directory.import_)
directory_app.command("list")(organisations.list_)
directory_app.command("show")(organisations.show)
directory_app.command("notice")(directory_notice.notice)
directory_app.command("check")(organisations.check)
directory_app.command("totals")(organisations.totals)
directory_app.command("groups")(organisations.groups)
directory_app.command("off")(organisations.off)
directory_app.command("sample")(directory.sample)
directory_app.command("imports")(imports.imports)
directory_app.command("mappings")(imports.mappings)
token_app.command("add")(tokens.add)
token_app.command("list")(tokens.list_)
token_app.command("revoke")(tokens.revoke)
lane_app.command("list")(lanes.list_)
lane_app.command("park")(lanes.park)
lane_app.command("open")(lanes.open_)
unknown_app.command("list")(stopping.list_)
unknown_app.command("resend")(stopping.resend)
unknown_app.command("leave")(stopping.leave)
episode_app.command("list")(episodes.list_)
episode_app.command("bulletin")(episodes.bulletin)
episode_app.command("draft")(episodes.draft)
episode_app.command("archive")(episodes.archive)
episode_app.command("progress")(publishing.progress)
episode_app.command("publish")(publishing.publish)
episode_app.command("withdraw")(publishing.withdraw)
payload_app.command("make")(payload.make)
payload_app.command("validate")(validating.validate)
payload_app.command("released")(released.released)
plan_app.command("list")(plans.list_)
plan_app.command("show")(plans.show)
plan_app.command("diff")(plans.diff)
plan_app.command("lint")(plans.lint)


def main() -> None:
    """Run the command line; bad input ends in one clear message and exit code 1."""
    as_json = "--json" in sys.argv[1:]
    gc.set_threshold(200_000, 20, 20)  # looking for garbage while modules load took a quarter of `render`
    # pydantic would read the metadata of every installed distribution in search of plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    prepare_output(as_json)
    try:
        code = _run(as_json)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader (head, less) has gone: nothing to say, but it was not all read
        drop_output()
        code = 1
    except OSError as error:  # the output itself: a full disk
        drop_output()
        note(f"错误 OUTPUT_FAILED: 无法写出结果：{system_words(error)}")
        note(f"error OUTPUT_FAILED: cannot write the output: {error.strerror}")
        code = 1
    sys.exit(code)


def _run(as_json: bool) -> int:
    try:
        code = app(standalone_mode=False)
        return code if isinstance(code, int) else 0
    except InputError as error:
        print_input_error(error, as_json)
        return 1
    except UsageError as error:
        print_usage_error(error, as_json)
        return 2
    except Exit as ended:
        return ended.code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        raise
    except Exception as error:
        if "AIRWARN_DEBUG" in os.environ:
            raise
        print_input_error(_unavailable(error) or _internal(error), as_json)
        return 1


def _unavailable(error: Exception) -> InputError | None:
    from gateway.ledger.backends.faults import unavailable

    return unavailable(error)


def _internal(error: Exception) -> InputError:
    """A fault of ours: its kind only, because its words may hold numbers or keys."""
    kind = type(error).__name__
    return InputError(
        "INTERNAL",
        f"airwarn 内部错误（{kind}）；设置 AIRWARN_DEBUG=1 重试可看到详情",
        f"an internal error ({kind}); run again with AIRWARN_DEBUG=1 to see it",
    )
