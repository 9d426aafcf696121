"""Chinese text as a person reads it aloud: no digit, Roman numeral, symbol, bracket or markup remains.

What is left is Chinese characters, letters (`PM二点五`, `AQI` in full), and the pauses 、，；：。！？.
"""

import re
import unicodedata
from functools import lru_cache

_DIGITS = "零一二三四五六七八九"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_NUMBER = r"\d+(?:\.\d+)?"
_PAUSES = "。！？；：，、"  # the longest pause first

# Terms and units in the form they have after compatibility normalisation; longer ones first.
_TERMS = (
    (r"\(调整\)", "有调整，"),  # the bare word would sound like an order
    (r"细颗粒物\(PM ?2\.5\)|PM ?2\.5细颗粒物", "细颗粒物PM二点五"),
    (r"可吸入颗粒物\(PM ?10\)", "可吸入颗粒物PM十"),
    (r"(臭氧|二氧化氮|二氧化硫|一氧化碳|挥发性有机物|氮氧化物)\((?:O3|NO2|SO2|CO|VOCs?|NOx)\)", r"\1"),
    (r"PM ?2\.5", "PM二点五"),
    (r"PM ?10", "PM十"),
    (r"空气质量指数\(AQI\)|(?<![A-Za-z])AQI(?![A-Za-z])", "空气质量指数"),
    (r"(?<![A-Za-z])VOCs?(?![A-Za-z])", "挥发性有机物"),
    (r"(?<![A-Za-z])NOx(?![A-Za-z])", "氮氧化物"),
    (r"(?<![A-Za-z])NO2(?!\d)", "二氧化氮"),
    (r"(?<![A-Za-z])SO2(?!\d)", "二氧化硫"),
    (r"(?<![A-Za-z])O3(?!\d)", "臭氧"),
    (r"(?<![A-Za-z])CO(?![A-Za-z\d])", "一氧化碳"),
    (r"(?:[μu]g|微克)/(?:m3|立方米)", "微克每立方米"),
    (r"(?:mg|毫克)/(?:m3|立方米)", "毫克每立方米"),
    (r"(?<=\d)\s*km/h", "公里每小时"),
    (r"(?<=\d)\s*km(?![A-Za-z])", "公里"),
    (r"(?<=\d)\s*m3", "立方米"),
    (r"(?<=\d)\s*m2", "平方米"),
    (r"(?<=\d)\s*m(?![A-Za-z])", "米"),
    (r"(?<=\d)\s*t(?![A-Za-z])", "吨"),
    (r"(?<=\d)\s*kW(?![A-Za-z])", "千瓦"),
    (r"(?<=\d)\s*h(?![A-Za-z])", "小时"),
    (r"\s*°C", "摄氏度"),
    (r"°", "度"),
)
_SIGNS = str.maketrans(
    {"≥": "不低于", "≤": "不高于", ">": "高于", "<": "低于", "=": "等于", "±": "正负", "×": "乘", "+": "加"}
)
# Two of these are 两, not 二.
_COUNTED = (
    "个|次|小时|点|天|年|周|人|名|辆|台|家|项|条|种|类车|倍|米|公里|吨|立方米|平方米|分钟|千|万|亿|份|处|班"
)


@lru_cache(maxsize=4096)
def aloud(text: str) -> str:
    """`text` as it is read aloud, in one line. The same for the same text; never fails."""
    text = re.sub(r"[\x00-\x1f]|https?://[!-~]+|[\w.+-]+@[\w-]+\.[\w.]+", "", text)
    text = re.sub(r"[(（《]?[^\s，。；：、()（）《》]*[〔\[［]\d{4}[〕\]］]第?\d+号[)）》]?", "", text)
    text = _normal(text)
    for pattern, said in _TERMS:
        text = re.sub(pattern, said, text)
    text = _moments(text)
    text = re.sub(r"(?<=[A-Za-z])[ -]?(\d[\d.-]*)", _after_letters, text)
    text = _telephones(text)
    text = _figures(text)
    return _pauses(text)


def cardinal(number: int) -> str:
    """`260` as 二百六十, `12` as 十二, `1005` as 一千零五; what is too large is said digit by digit."""
    if number < 0:
        return f"负{cardinal(-number)}"
    if number >= 10**12:
        return digits(str(number))
    said = ""
    for power, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, power)
        if group:
            gap = "零" if said and group < 1000 else ""
            said += f"{gap}{_below_ten_thousand(group)}{unit}"
    said = said.removeprefix("一") if said.startswith("一十") else said
    return re.sub("^二(?=[千万亿])", "两", said) or _DIGITS[0]


def digits(number: str) -> str:
    """Digit by digit: `2024` as 二零二四."""
    return "".join(_DIGITS[int(each)] for each in number if each.isdigit())


def _below_ten_thousand(number: int) -> str:
    said, gap = "", ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, power)
        if digit:
            said += f"{gap}{_DIGITS[digit]}{unit}"
            gap = ""
        elif said:
            gap = "零"
    return said


def _normal(text: str) -> str:
    """Compatibility forms as plain ones (`Ⅱ` as II, `℃` as °C, `５` as 5), without quotes and markup."""
    text = re.sub(r"[^\u3000-\u303f\u3400-\u9fff，。；：？！、]+", _compatible, text)
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = text.replace("（", "(").replace("）", ")").replace("−", "-").replace("⁄", "/")
    return re.sub(r"[\"'“”‘’《》〈〉「」『』*_`#·]", "", text)


def _compatible(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0])


def _moments(text: str) -> str:
    """Dates and hours of the day."""
    text = re.sub(r"(\d{4})-0?(\d{1,2})-0?(\d{1,2})(?!\d)", r"\1年\2月\3日", text)
    text = re.sub(r"(?<!\d)(\d{4})(?=年)", lambda found: digits(found[1]), text)
    hour = r"(?<![\d.])([01]?\d|2[0-4])"
    text = re.sub(rf"{hour}:([0-5]\d)(?![\d:])", _hour, text)
    return re.sub(rf"{hour}时(?:([0-5]?\d)分)?(?!间)", _hour, text)


def _hour(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2] or 0)
    names = ((5, "凌晨"), (8, "早上"), (11, "上午"), (12, "中午"), (17, "下午"), (24, "晚上"))
    name = next(name for last, name in names if hour <= last)
    count = hour if hour <= 12 else hour - 12
    said = "两" if count == 2 else cardinal(count)
    if minute == 30:
        return f"{name}{said}点半"
    minutes = f"{'零' if minute < 10 else ''}{cardinal(minute)}分" if minute else ""
    return f"{name}{said}点{minutes}"


def _telephones(text: str) -> str:
    """Telephone numbers digit by digit, 1 as 幺."""
    number = r"(?<![\d.])(?:0\d{2,3}-\d{7,8}(?:-\d+)?|\d[\d-]{6,}\d(?![\d.%]))"
    text = re.sub(number, _telephone, text)
    text = re.sub(r"\d{3,5}(?=热线)", _telephone, text)
    return re.sub(r"((?:电话|热线|拨打|致电)[^\d。；]{0,4})(\d[\d-]+)", _after_telephone, text)


def _telephone(match: re.Match[str]) -> str:
    return digits(match[0]).replace("一", "幺")


def _after_telephone(match: re.Match[str]) -> str:
    return match[1] + digits(match[2]).replace("一", "幺")


def _figures(text: str) -> str:
    """Levels, ranges, percentages, temperatures, fractions and whatever number is left."""
    text = re.sub(r"(?<![A-Za-z])(VIII|VII|VI|IV|IX|III|II)(?![A-Za-z])", _roman, text)
    text = re.sub(r"(?<![A-Za-z])([IVX])(?=级|类|型|期|号|阶段)|(?<=国)([VIX])(?![A-Za-z])", _roman, text)
    text = re.sub(r"(?<=[\d%度])\s*(?:——|[—–~-])\s*(?=\d)", "到", text)
    text = re.sub(rf"({_NUMBER})\s*[%‰]", _share, text)
    text = re.sub(rf"(?<!\w)-({_NUMBER}摄氏度)", r"零下\1", text)
    text = re.sub(r"(\d+)/(\d+)", lambda found: f"{_said(found[2])}分之{_said(found[1])}", text)
    text = re.sub(rf"(?<!第)(?<![\d.])2(?={_COUNTED})", "两", text)
    text = re.sub(rf"(?<![\w])-(?={_NUMBER})", "负", text)
    return re.sub(_NUMBER, lambda found: _said(found[0]), text)


def _roman(match: re.Match[str]) -> str:
    return cardinal(_ROMAN[match[1] or match[2]])


def _after_letters(match: re.Match[str]) -> str:
    """The number of a standard or a model: `GB 3095-2012`."""
    return "".join(digits(each) or {".": "点", "-": "杠"}[each] for each in match[1].rstrip(".-"))


def _share(match: re.Match[str]) -> str:
    return f"{'千' if '‰' in match[0] else '百'}分之{_said(match[1])}"


def _said(number: str) -> str:
    """A number as written: its decimals digit by digit, like one with leading zeros."""
    whole, _, decimals = number.partition(".")
    padded = len(whole) > 1 and unicodedata.digit(whole[0]) == 0
    said = digits(whole) if padded else cardinal(int(whole))
    return f"{said}点{digits(decimals)}" if decimals else said


def _pauses(text: str) -> str:
    """Brackets and other marks as pauses; the longest of several pauses."""
    text = text.translate(_SIGNS)
    text = text.replace("〇", "零").replace("%", "").replace("&", "和").replace("/", "、").replace(";", "；")
    text = re.sub(r"\.(?=\s|$)", "。", text).replace("?", "？").replace("!", "！").replace(",", "，")
    text = re.sub(r"(?<=[A-Za-z])\s+(?=[A-Za-z])", "\x00", text)
    said = "".join(" " if each == "\x00" else each if _is_said(each) else _silent(each) for each in text)
    said = re.sub(rf"[{_PAUSES}]{{2,}}", lambda found: min(found[0], key=_PAUSES.index), said)
    return said.strip(f"{_PAUSES} ") if not said.endswith(tuple("。！？")) else said.lstrip(f"{_PAUSES} ")


def _silent(character: str) -> str:
    return "" if character.isspace() else "，"


def _is_said(character: str) -> bool:
    """Letters and characters; among them some that count as numeric, such as 一 and the 什 of 喀什."""
    if character in _PAUSES:
        return True
    return character.isalpha() and (not character.isnumeric() or "\u3400" <= character <= "\u9fff")
