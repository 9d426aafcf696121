"""English text as a person reads it aloud: no digit, Roman numeral, symbol, bracket or markup remains.

What is left is letters, hyphens and apostrophes inside words, and the pauses . , : ; ? and !
"""

import re
import unicodedata
from functools import lru_cache

from gateway.notices.english import MONTHS

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"}
_ORDINALS |= {"nine": "ninth", "twelve": "twelfth"}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_NUMBER = r"\d+(?:\.\d+)?"
_TERMS = (
    (r"\((NEW|CHANGED)\) ", lambda found: f"{found[1].capitalize()}: "),
    (r"\((?:PM ?(?:2\.5|10)|O3|NO2|SO2|CO|VOCs?|NOx|AQI)\)", ""),
    (r"\bPM ?2\.5", "PM two point five"),
    (r"\bPM ?10\b", "PM ten"),
    (r"\bAQI\b", "air quality index"),
    (r"\bVOC-containing (\w+)", r"\1 with volatile organic compounds"),
    (r"\bVOCs?\b", "volatile organic compounds"),
    (r"\bNOx\b", "nitrogen oxides"),
    (r"\bNO2\b", "nitrogen dioxide"),
    (r"\bSO2\b", "sulphur dioxide"),
    (r"\bO3\b", "ozone"),
    (r"\be\.g\.", "for example"),
    (r"\bi\.e\.", "that is"),
    (r"[μu]g/m3", "micrograms per cubic metre"),
    (r"mg/m3", "milligrams per cubic metre"),
    (r"(?<=\d) ?km/h\b", " kilometres per hour"),
    (r"(?<=\d) ?km\b", " kilometres"),
    (r"(?<=\d) ?m\b", " metres"),
    (r"(?<=\d) ?t\b", " tonnes"),
    (r"(?<=\d) ?h\b", " hours"),
    (r"(?<=\d) ?°C", " degrees Celsius "),
)
_SIGNS = (
    *(("≥", " at least "), ("≤", " at most "), (">", " above "), ("<", " below "), ("=", " equals ")),
    *(("±", " plus or minus "), ("×", " times "), ("+", " plus "), ("&", " and "), ("%", " percent ")),
)


@lru_cache(maxsize=4096)
def aloud_english(text: str) -> str:
    """`text` as it is read aloud, in one line. The same for the same text; never fails."""
    text = re.sub(r"[\x00-\x1f]|https?://[!-~]+|[\w.+-]+@[\w-]+\.[\w.]+", "", text)
    text = re.sub(r"[^\s,.;:]*[〔\[［]\d{4}[〕\]］]第?\d+号", "", text)
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("⁄", "/")
    text = re.sub(r"[\"“”‘*_`#]|(?<=\d),(?=\d{3}(?!\d))", "", text)
    for pattern, said in _TERMS:
        text = re.sub(pattern, said, text)
    return _pauses(_figures(_telephones(_moments(text))))


def cardinal(number: int) -> str:
    """`260` as two hundred and sixty; what is too large is said digit by digit."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_ONES[hundreds]} hundred{f' and {cardinal(rest)}' if rest else ''}"
    if number < 10**6:
        thousands, rest = divmod(number, 1000)
        joined = f"{' and ' if rest < 100 else ' '}{cardinal(rest)}" if rest else ""
        return f"{cardinal(thousands)} thousand{joined}"
    return digits(str(number))


def ordinal(number: int) -> str:
    """`10` as tenth, `21` as twenty-first; for days of a month and the like."""
    head, hyphen, last = cardinal(number).rpartition("-")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    else:
        last = f"{last.removesuffix('y')}ieth" if last.endswith("y") else f"{last.removesuffix('t')}th"
    return f"{head}{hyphen}{last}"


def digits(number: str) -> str:
    """Digit by digit: `0371` as zero three seven one."""
    return " ".join(_ONES[int(each)] for each in number if each.isdigit())


def _moments(text: str) -> str:
    """Dates and hours of the day."""
    months = "|".join(MONTHS)
    hour = r"([01]?\d|2[0-4]):([0-5]\d)(?![\d:])"
    text = re.sub(rf"\b(\d{{1,2}}) to (\d{{1,2}} (?:{months}))", _from_day, text)
    text = re.sub(rf"\b(\d{{1,2}}) ({months})(?: (\d{{4}}))?(?:, {hour})?", _moment, text)
    return re.sub(rf"(?<!\d){hour}", lambda found: _hour(int(found[1]), int(found[2])), text)


def _from_day(match: re.Match[str]) -> str:
    return f"the {ordinal(int(match[1]))} to {match[2]}"


def _moment(match: re.Match[str]) -> str:
    day = f"the {ordinal(int(match[1]))} of {match[2]}"
    if match[3]:
        century, rest = divmod(int(match[3]), 100)
        year = f"{cardinal(century)} {f'oh {cardinal(rest)}' if rest < 10 else cardinal(rest)}"
        day += f", {cardinal(int(match[3])) if rest < 10 and century % 10 == 0 else year}"
    return day if match[4] is None else f"{_hour(int(match[4]), int(match[5]))} on {day}"


def _hour(hour: int, minute: int) -> str:
    if not minute and hour in (0, 12, 24):
        return "noon" if hour == 12 else "midnight"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    said = cardinal(hour % 12 or 12)
    minutes = "" if not minute else f" oh {cardinal(minute)}" if minute < 10 else f" {cardinal(minute)}"
    return f"{said}{minutes} {part}"


def _telephones(text: str) -> str:
    number = r"(?<![\d.])(?:0\d{2,3}-\d{7,8}(?:-\d+)?|\d[\d-]{6,}\d)(?![\d.%])"
    text = re.sub(number, lambda found: digits(found[0]), text)
    return re.sub(r"(?i)((?:call|hotline|phone|telephone|dial)[^\d.;]{0,4})(\d[\d-]+)", _after_call, text)


def _after_call(match: re.Match[str]) -> str:
    return match[1] + digits(match[2])


def _figures(text: str) -> str:
    """Levels, ranges, percentages, temperatures, fractions and whatever number is left."""
    text = re.sub(r"(?<![A-Za-z])(VIII|VII|VI|IV|IX|III|II)(?![A-Za-z])", _roman, text)
    text = re.sub(r"(?<=Level )([IVX])\b|(?<=China )([IVX])\b|(?<=Class )([IVX])\b", _roman, text)
    text = re.sub(r"(?<=[\d%])\s*[—–~-]\s*(?=\d)", " to ", text)
    text = re.sub(r"(?<![\w-])[-−](?=\d)", " minus ", text)
    text = re.sub(r"(\d+)/(\d+)", r"\1 over \2", text)
    text = re.sub(r"\b(\d+)(?:st|nd|rd|th)\b", lambda found: ordinal(int(found[1])), text)
    return re.sub(_NUMBER, lambda found: f" {_said(found[0])} ", text)


def _roman(match: re.Match[str]) -> str:
    return cardinal(_ROMAN[match[1] or match[2] or match[3]]).capitalize()


def _said(number: str) -> str:
    whole, _, decimals = number.partition(".")
    padded = len(whole) > 1 and unicodedata.digit(whole[0]) == 0
    said = digits(whole) if padded else cardinal(int(whole))
    return f"{said} point {digits(decimals)}" if decimals else said


def _pauses(text: str) -> str:
    """Brackets and other marks as pauses; the longest of several pauses."""
    for sign, said in _SIGNS:
        text = text.replace(sign, said)
    text = text.replace("/", " or ").replace("。", ". ")
    text = re.sub(r"(?<=\w)['-](?=\w)", lambda found: "\x01" if found[0] == "'" else "\x02", text)
    text = "".join(each if _is_said(each) else ", " for each in text)
    text = re.sub(r"\s*([.,:;?!])(?:\s*[.,:;?!])*", _longest, text)
    text = " ".join(text.split()).replace("\x01", "'").replace("\x02", "-")
    return text.strip(" ,:;").removeprefix(".").strip()


def _longest(match: re.Match[str]) -> str:
    return f"{min((each for each in match[0] if not each.isspace()), key='.!?;:,'.index)} "


def _is_said(character: str) -> bool:
    return character in " .,:;?!\x01\x02" or (character.isalpha() and not character.isnumeric())
