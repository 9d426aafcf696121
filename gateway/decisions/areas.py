"""Area codes: which are the plan's, which belong to another government, which are none at all."""

from typing import Literal

from gateway.plans.model import Plan

Standing = Literal["known", "outside", "unknown"]

# Prefecture-level numbers of GB/T 2260 by province: what follows the first two digits. A code of
# another prefecture is a real place that the plan does not govern; any other code is a slip.
_PREFECTURES = {
    "11": "00-02", "12": "00-02", "13": "00-11", "14": "00-11", "15": "00-09 22 25 29",
    "21": "00-14", "22": "00-08 24", "23": "00-12 27",
    "31": "00-02", "32": "00-13", "33": "00-11", "34": "00-08 10-13 15-18", "35": "00-09",
    "36": "00-11", "37": "00-17",
    "41": "00-17 90", "42": "00-03 05-13 28 90", "43": "00-13 31", "44": "00-09 12-20 51-53",
    "45": "00-14", "46": "00-04 90",
    "50": "00-02", "51": "00 01 03-11 13-20 32-34", "52": "00-06 23 26 27",
    "53": "00 01 03-09 23 25 26 28 29 31 33 34", "54": "00-06 25",
    "61": "00-10", "62": "00-12 29 30", "63": "00-02 22 23 25-28", "64": "00-05",
    "65": "00-02 04 05 23 27-32 40 42 43 90",
    "71": "00", "81": "00", "82": "00",
}  # fmt: skip


def standing(plan: Plan, code: str) -> Standing:
    """`known`: of the plan; `outside`: of another government; `unknown`: neither."""
    if plan.area_name(code) is not None or code == plan.area:
        return "known"
    own = plan.area.removesuffix("00").removesuffix("00")
    if code.startswith(own) or not (len(code) == 6 and code.isascii() and code.isdigit()):
        return "unknown"
    return "outside" if _is_prefecture(code[:2], int(code[2:4])) else "unknown"


def _is_prefecture(province: str, number: int) -> bool:
    for part in _PREFECTURES.get(province, "").split():
        first, _, last = part.partition("-")
        if int(first) <= number <= int(last or first):
            return True
    return False
