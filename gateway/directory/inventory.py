"""The inventory (应急减排清单): what an organisation does at each level, line by line. Pure values."""

from dataclasses import dataclass
from typing import Literal, get_args

from gateway.vocabulary import Level

InventoryList = Literal["industrial", "dust", "mobile", "white_list", "co_heating", "guaranteed"]
INVENTORY_LISTS: tuple[InventoryList, ...] = get_args(InventoryList)
INVENTORY_LIST_WORDS: dict[InventoryList, str] = {
    "industrial": "工业源清单",
    "dust": "扬尘源清单",
    "mobile": "移动源清单（用车大户）",
    "white_list": "货车白名单",
    "co_heating": "协同供暖企业清单",
    "guaranteed": "保障类清单",
}
LineAction = Literal["stop", "limit", "off_peak", "trucks", "own_words"]


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """What one line of production (or vehicle, or site) does at one level.

    `percent` belongs to a `limit`: so much of the load is taken away. `preparation_minutes`: how long it
    takes to carry out. `exemption` names its ground. `batch` is the turn in a rotation. `words` are the
    cell's own; they are what is sent where `certain` is false.
    """

    list: InventoryList
    level: Level
    line: str | None
    action: LineAction
    words: str
    certain: bool
    percent: int | None = None
    indicator: str | None = None
    indicator_value: str | None = None
    preparation_minutes: int | None = None
    person: str | None = None
    exemption: str | None = None
    batch: int | None = None
