"""Shows the numbers of the directory as people dial them."""

from gateway.directory.model import EXTENSION

_MAINLAND = "+86"
_TWO_DIGITS = ("10", "20", "21", "22", "23", "24", "25", "27", "28", "29")  # 区号 without their 0


def shown(value: str) -> str:
    """A number of the mainland as it is dialled there: `138 0013 8000`, `0371-67180000 转 802`."""
    number, _, extension = value.partition(EXTENSION)
    return _national(number) + (f" 转 {extension}" if extension else "")


def link(value: str) -> str:
    """The address of a link that dials it; after a pause (`,`) the extension."""
    number, _, extension = value.partition(EXTENSION)
    if _is_service(number):
        number = number.removeprefix(_MAINLAND)  # 400 and 800 are dialled without a country code
    return f"tel:{number}{f',{extension}' if extension else ''}"


def _national(number: str) -> str:
    if not number.startswith(_MAINLAND):
        return number
    national = number.removeprefix(_MAINLAND)
    if len(national) == 11 and national.startswith("1"):
        return f"{national[:3]} {national[3:7]} {national[7:]}"
    if _is_service(number):
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"
    code = 2 if national.startswith(_TWO_DIGITS) else 3
    return f"0{national[:code]}-{national[code:]}"


def _is_service(number: str) -> bool:
    national = number.removeprefix(_MAINLAND)
    return number.startswith(_MAINLAND) and len(national) == 10 and national.startswith(("400", "800"))
