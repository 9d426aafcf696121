"""`papers`: the documents beside the notices, as text, page or Word document."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from gateway.cli.caching import keep_templates
from gateway.cli.decisions import File, load
from gateway.cli.output import Json, SettingsFile, note, print_json, say, write_file

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.notices.papers.model import Paper

FORMATS = ("text", "html", "docx")

FormatOption = Annotated[str, typer.Option("--format", metavar="F", help="text、html（打印）、docx（Word）")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="FILE", help="写到文件 · write to a file")
]
ForceOption = Annotated[bool, typer.Option("--force", help="可覆盖 FILE · may overwrite")]


def papers(
    file: File,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="K", help="order proclamation news social guidance")
    ] = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
    force: ForceOption = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """指令、通告、新闻稿等公文 · The papers of a decision: order, proclamation, news, social, guidance."""
    from gateway import settings as settings_module
    from gateway.decisions.facts import facts
    from gateway.notices.model import InForce
    from gateway.notices.papers.compose import compose_papers

    check_format(format_, output, one=kind is not None)
    plan, decision = load(file, settings)
    context = decision.context
    active = context.active_level if context else None
    keep_templates()
    found = compose_papers(
        plan,
        decision,
        settings_module.load(settings).for_renderer(),
        before=InForce(active, facts(decision), context.active_since) if context and active else None,
    )
    if kind is not None:
        kinds = [paper.kind for paper in found]
        if kind not in kinds:
            raise typer.BadParameter(f"{kind}: {', '.join(kinds)}", param_hint="--kind")
        found = tuple(paper for paper in found if paper.kind == kind)
    if output is not None:
        write_paper(found[0], format_, output, force, decision.decided_at)
    if as_json:
        print_json({"papers": [as_plain(paper) for paper in found]})
    elif output is None:
        for paper in found:
            say(paper.text if format_ == "text" else paper.html)


def check_format(format_: str, output: Path | None, *, one: bool) -> None:
    """A wrong command line where the format cannot be written as asked."""
    if format_ not in FORMATS:
        raise typer.BadParameter(f"{format_}: {', '.join(FORMATS)}", param_hint="--format")
    if format_ == "docx" and output is None:
        raise typer.BadParameter("docx 须写到文件 · a Word document needs a file", param_hint="--output")
    if output is not None and not one:
        raise typer.BadParameter("写到文件时须选一种 · needed with --output", param_hint="--kind")


def as_plain(paper: "Paper") -> dict[str, object]:
    """A paper as `--json` prints it."""
    return {**paper.content(), "text": paper.text, "html": paper.html}


def write_paper(paper: "Paper", format_: str, output: Path, force: bool, written_at: "datetime") -> None:
    """Write one paper to a file in a format."""
    from gateway.follow_up.papers.formats import Format, as_file

    content = as_file(paper, cast("Format", format_), written_at)
    write_file(output, force, lambda opened: opened.write(content))
    note(f"已写出 {output} · written")
