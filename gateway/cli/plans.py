"""`plan list`, `plan show`, `plan diff`, `plan lint`: plans as data."""

from typing import Annotated

import typer

from gateway.cli.output import Json, SettingsFile, leave, print_json, read_file, say, table

Plan = Annotated[str, typer.Argument(metavar="PLAN", help="预案编号，如 zhengzhou · the plan's id")]


def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出预案 · List the plans."""
    from gateway import settings as settings_module
    from gateway.plans.catalogue import Catalogue
    from gateway.plans.describe import summary

    catalogue = Catalogue(settings_module.load(settings).plans_folder)
    found = [summary(catalogue.load(identifier)) for identifier in catalogue.identifiers()]
    if as_json:
        print_json({"plans": found})
        return
    table(
        "预案 · plans",
        ["id", "名称", "版本", "地区", "措施（黄/橙/红）"],
        [
            [
                each["id"],
                each["title"],
                each["version"],
                each["place"],
                "/".join(str(number) for number in each["measures"].values()),
            ]
            for each in found
        ],
    )


def show(plan: Plan, settings: SettingsFile = None, as_json: Json = False) -> None:
    """给人看的预案，逐条注明出处 · A plan for a person, each line with its clause."""
    from gateway import settings as settings_module
    from gateway.plans.catalogue import Catalogue
    from gateway.plans.describe import as_json as data
    from gateway.plans.describe import describe

    loaded = Catalogue(settings_module.load(settings).plans_folder).load(plan)
    if as_json:
        print_json(data(loaded))
    else:
        say(describe(loaded))


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="预案编号或文件（*.yaml） · an id or a file")],
    b: Annotated[str, typer.Argument(metavar="B", help="同上 · the same")],
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """比较两份预案或两个版本，逐条注明出处 · Compare two plans or versions, each line with its clause."""
    from gateway import settings as settings_module
    from gateway.plans.catalogue import Catalogue
    from gateway.plans.difference import difference
    from gateway.plans.difference_described import describe_difference
    from gateway.plans.loaded import read

    catalogue = Catalogue(settings_module.load(settings).plans_folder)
    one, other = (
        # an id has neither dot nor slash
        read(*read_file(name)) if set(name) & set("./") else catalogue.load(name)
        for name in (a, b)
    )
    found = difference(one, other)
    if as_json:
        print_json(found.as_json())
    else:
        say(describe_difference(found))


def lint(
    plan: Annotated[
        str | None,
        typer.Argument(
            metavar="[PLAN]", help="预案编号或文件（*.yaml），默认全部 · an id or a file; all by default"
        ),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """检查预案文件 · Check plan files: exit 1 when a plan has an error."""
    from gateway import settings as settings_module
    from gateway.notices.lint import unrenderable
    from gateway.plans.catalogue import Catalogue
    from gateway.plans.lint import Problem, lint_file
    from gateway.plans.loaded import read

    catalogue = Catalogue(settings_module.load(settings).plans_folder)
    names = [plan] if plan else catalogue.identifiers()
    found: list[Problem] = []
    for name in names:
        content, shown = read_file(name) if name.endswith(".yaml") else catalogue.content(name)
        problems = lint_file(content, shown)
        found += problems
        if not any(problem.severity == "error" for problem in problems):
            found += [
                Problem(shown, None, error.code, f"{where}：{error.message}", f"{where}: {error.message_en}")
                for where, error in unrenderable(read(content, shown).plan)
            ]
    errors = [problem for problem in found if problem.severity == "error"]
    if as_json:
        print_json({"plans": names, "problems": [problem.as_json() for problem in found]})
    else:
        for problem in found:
            say(f"{problem.file}:{problem.line or '-'}: {problem.severity} {problem.code}: {problem.message}")
        say(f"{len(names)} 份预案，{len(errors)} 处错误，{len(found) - len(errors)} 处提醒")
    leave(1 if errors else 0)
