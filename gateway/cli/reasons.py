"""Who decides something, and why: what commands ask of the person who answers for an act."""

from typing import Annotated

import typer

Reason = Annotated[str, typer.Option("--reason", metavar="WHY", help="为什么 · why")]
By = Annotated[str | None, typer.Option("--by", metavar="WHO", help="谁决定的，默认系统用户 · who says so")]
_LONGEST = 200  # characters


def who_says(by: str | None) -> str:
    """Who decides: stated, or who runs the command."""
    from gateway.cli.client import person

    return person() if by is None else words_of("--by", by)


def words_of(option: str, given: str) -> str:
    """What a person says, of a bearable length; else the command line is wrong."""
    words = given.strip()
    if not 0 < len(words) <= _LONGEST:
        raise typer.BadParameter(f"1–{_LONGEST} 字 · 1 to {_LONGEST} characters", param_hint=option)
    return words
