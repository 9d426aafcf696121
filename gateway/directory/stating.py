"""One organisation's own fields as a form states them, read by the rules of a row of a list. Pure.

Its people are stated one by one, see `gateway.directory.mending`.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from gateway.directory import entries
from gateway.directory.cells import Fault
from gateway.directory.dialling import shown
from gateway.directory.files import SheetRow
from gateway.directory.model import ADDRESS_KINDS, DIALLED, Organisation
from gateway.directory.places import Areas
from gateway.directory.row import TELEPHONES, Cells

ONCE = ("code", "exercise")  # said when an organisation is made, and never changed
STATED = (
    "name",
    "audience",
    "sector",
    "area",
    "location",
    "contact",
    "sms",
    "phone",
    "email",
    "wecom",
    "wecom_user",
    "push",
    "groups",
    "credit_code",
    "industry",
    "meter_number",
    "grade",
    "grade_valid_from",
    "own_plan_filed_on",
)
OF_FIELDS = frozenset(STATED) - set(ADDRESS_KINDS) | {"addresses"}  # of `Organisation`


def stated(
    texts: Mapping[str, str], areas: Areas, before: Organisation | None = None
) -> tuple[Organisation | None, tuple[Fault, ...]]:
    """The organisation that the fields `STATED` come to, of a new one those of `ONCE` too; or everything
    that is wrong with them, by field. What a form does not speak of stays as it was."""
    names = STATED if before is not None else (*ONCE, *STATED)
    row = Cells(
        SheetRow(1, None, [texts.get(name, "") for name in names]),
        {name: place for place, name in enumerate(names)},
        {},
    )
    code, credit_code, name = entries.identity(row)
    found = entries.stated(row, areas)
    if not row.get("name"):
        row.fault("name", "请填写名称", "state the name")
    if found.get("area"):
        row.dialling_code = areas.dialling_code(found["area"])
    own = entries.own_addresses(row)
    for field in TELEPHONES:
        if any(each.name or each.role for each in row.callers(field)):
            row.fault(
                field,
                "这里只写单位自己的号码；人员请在“人员”里增加",
                "only the organisation's own numbers stand here; add people under “People”",
            )
    if before is None:
        _refuse_unsaid(row)
    if row.faults:
        return None, tuple(row.faults)
    fields = {
        **found,
        "name": name,
        "credit_code": credit_code,
        "addresses": tuple(address for kind in ADDRESS_KINDS for address in own.get(kind, ())),
    }
    known = before or Organisation(
        code or credit_code or "", "", "departments", None, "", None, (), exercise=bool(found["exercise"])
    )
    fields.pop("exercise", None)
    return replace(known, **fields), ()


def texts_of(one: Organisation, areas: Areas) -> dict[str, str]:
    """The fields `STATED` of an organisation as the form shows them: `stated` reads the same again."""
    plain = {name: getattr(one, name) for name in STATED if name not in ADDRESS_KINDS}
    texts = {name: "" if value is None else str(value) for name, value in plain.items()}
    texts["groups"] = "，".join(one.groups)
    texts["area"] = _printed(one.area, areas)
    for kind in ADDRESS_KINDS:
        values = [each.value for each in one.addresses if each.kind == kind]
        texts[kind] = ", ".join(map(shown, values) if kind in DIALLED else values)
    return texts


def version_of(one: Organisation, *, active: bool) -> str:
    """A sign that changes with anything that a form states: who sends a form back tells what they saw."""
    fields = [getattr(one, name) for name in sorted(OF_FIELDS)]
    return sha256(repr((fields, active)).encode()).hexdigest()[:16]


def _refuse_unsaid(row: Cells) -> None:
    if not row.get("code") and not row.get("credit_code"):
        row.fault("code", "请填编码，或填统一社会信用代码", "state a code, or the credit code")
    if not row.get("exercise"):
        row.fault("exercise", "请选择正式或演练", "choose whether it is real or for exercises")


def _printed(area: str, areas: Areas) -> str:
    """The name that a plan prints, where it means this area alone."""
    return next((name for name, codes in areas.names.items() if codes == {area}), area)
