"""What an import may do for somebody who is limited to areas, beside keeping to organisations in them."""

from sqlalchemy import Connection

from gateway.directory.header_words import Kind
from gateway.errors import InputError
from gateway.ledger.directory import imports

EVERYWHERE: tuple[Kind, ...] = ("rosters", "duties")  # of units of the whole city


def refuse_everywhere(connection: Connection, kind: Kind, save_mapping: str | None, actor: str) -> None:
    """Raises `InputError` for what is of all areas: AREA_NOT_YOURS for a kind of list, MAPPING_TAKEN for a
    mapping that another saved. Everybody's lists are read by a mapping: `actor` replaces none but their own.
    """
    if kind in EVERYWHERE:
        raise InputError(
            "AREA_NOT_YOURS",
            "值班表和责任分工涉及全市的单位，请由负责全部区域的人导入",
            "rosters and duties are of units of the whole city: somebody of all areas imports them",
            field="kind",
        )
    if any(each.name == save_mapping and each.actor != actor for each in imports.mappings(connection)):
        raise InputError(
            "MAPPING_TAKEN",
            "别人保存过同名的列对应，请换一个名称",
            "somebody else saved a mapping of this name: choose another name",
            field="save_mapping",
        )
