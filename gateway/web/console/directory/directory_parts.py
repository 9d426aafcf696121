"""The parts of the directory, which stand below it and not in the navigation."""

from collections.abc import Mapping
from typing import Any

from gateway.ledger.accounts.users import Role
from gateway.vocabulary import Words
from gateway.web.console.frame import Place

PATH = "/console/directory"
_KEEPERS: frozenset[Role] = frozenset({"directory_keeper"})
PLACES = (
    Place(PATH, Words("单位", "Organisations")),
    Place(f"{PATH}/mending", Words("待处理", "To mend")),
    Place(f"{PATH}/wishes", Words("不收的号码", "Out of use")),
    Place(f"{PATH}/inventory", Words("减排清单", "Inventory")),
    Place(f"{PATH}/campaigns", Words("核实号码", "Verification"), _KEEPERS),
    Place(f"{PATH}/proposals", Words("换人提议", "Proposals"), _KEEPERS),
    Place(f"{PATH}/imports", Words("导入", "Imports"), _KEEPERS),
    Place(f"{PATH}/new", Words("新增单位", "New organisation"), _KEEPERS),
)
PARTS: Mapping[str, Any] = {"directory_places": PLACES}  # what `_directory.html` shows
