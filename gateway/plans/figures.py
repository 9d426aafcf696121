"""The figures of a text, in Chinese and in English, as digits: 国四 and `China IV` are both `4`."""

import re

_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_ROMANS = {numeral: str(value) for value, numeral in enumerate(("I", "II", "III", "IV", "V", "VI"), 1)}
_COLOURS = {"黄": "yellow", "橙": "orange", "红": "red"}

# 国四, 六个月 and 一类 are figures; 四环, 一厂一策, 同一类 and 上一级 are words.
_CHINESE_FIGURE = re.compile(
    r"(?P<digits>\d+(?:\.\d+)?)|(?P<roman>[Ⅰ-Ⅵ])|国(?P<standard>[一二三四五六])|(?P<colour>[黄橙红])色"
    r"|(?<![上下同这某另每])(?P<count>[一二三四五六七八九十两]+)(?=个|年|天|小时|分钟|次|类|级|项|辆|吨)"
)
_ENGLISH_FIGURE = re.compile(
    r"(?P<digits>\d+(?:\.\d+)?)|\b(?P<roman>I{1,3}|IV|VI?)\b|\b(?P<colour>(?i:yellow|orange|red))\b"
)


def printed(text: str) -> set[str]:
    """The figures of a Chinese text as digits, and the colours of levels: 国四 is `4`, 黄色 is `yellow`."""
    found = set()
    for match in _CHINESE_FIGURE.finditer(text):
        kind, word = str(match.lastgroup), match.group(str(match.lastgroup))
        if kind == "roman":
            word = str(ord(word) - ord("Ⅰ") + 1)
        elif kind == "colour":
            word = _COLOURS[word]
        elif kind != "digits":
            tens, ten, ones = word.rpartition("十")
            word = str((_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0))
        found.add(word)
    return found


def said(text: str) -> set[str]:
    """The figures of an English text as digits, and the colours of levels: `China IV` is `4`."""
    return {_ROMANS.get(match.group(), match.group().lower()) for match in _ENGLISH_FIGURE.finditer(text)}
