"""What the info blocks of an alert must keep beside their schema: times, languages, names, codes."""

import re
from datetime import datetime

from gateway.exchange.model import ALERT_LEVEL, HAZE, SMS_SHORT
from gateway.exchange.validation.area_rules import check_area
from gateway.exchange.validation.fault import shown
from gateway.exchange.validation.part import Part
from gateway.exchange.validation.resource_rules import check_link, check_resource
from gateway.exchange.validation.values import moment

_HEADLINE = 160  # characters that some displays show (section 3.2.2, headline)
_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,100}>|&[a-z]{2,6};|&#[0-9]{1,6};")
_SMS_UNITS = 70  # UTF-16, of one message, signature included
_COLOURS = {  # as national platforms map severities, in the words of either language
    "Extreme": ("红色", "red"),
    "Severe": ("橙色", "orange"),
    "Moderate": ("黄色", "yellow"),
    "Minor": ("蓝色", "blue"),
}
_AGREE = ("category", "responseType", "urgency", "severity", "certainty", "effective", "onset", "expires")


def check_infos(alert: Part, now: datetime | None) -> None:
    """Gather the faults of every info block, and of blocks that contradict each other."""
    infos = alert.parts("info")
    sent = moment(alert.value("sent"))
    told = alert.value("msgType") in ("Alert", "Update")
    for info in infos:
        _check_language(info)
        _check_times(info, sent, now)
        _check_texts(info)
        _check_pairs(info)
        _check_event_codes(info)
        _check_own_parameters(info)
        if web := info.part("web"):
            check_link(web, absolute=True)
        for resource in info.parts("resource"):
            check_resource(resource)
        areas = info.parts("area")
        for area in areas:
            check_area(area)
        if told and not areas:
            info.fault("AREA_MISSING", "warning", "没有写明区域（area）", "it names no area")
    _check_agreement(infos)


def _check_language(info: Part) -> None:
    if not info.value("language"):
        info.fault(
            "LANGUAGE_MISSING",
            "warning",
            "没有写明语言，按标准即为 en-US",
            "no language is stated, which means en-US",
        )


def _check_times(info: Part, sent: datetime | None, now: datetime | None) -> None:
    expires = info.part("expires")
    if expires is None:
        info.fault(
            "EXPIRES_MISSING",
            "warning",
            "没有失效时间（expires），接收方将自行决定",
            "without expires every consumer decides by itself how long it holds",
        )
        return
    until = moment(expires.text)
    if until is None:
        return
    starts = [at for at in (sent, moment(info.value("effective"))) if at]
    if starts and until < max(starts):
        expires.fault(
            "EXPIRES_TOO_EARLY",
            "error",
            "失效时间早于发送或生效时间",
            "it expires before it is sent or effective",
        )
    elif starts and until == max(starts):
        expires.fault(
            "EXPIRES_AT_ONCE",
            "warning",
            "一发出或生效即失效",
            "it expires as soon as it is sent or effective",
        )
    onset = moment(info.value("onset"))
    if onset and onset > until:
        expires.fault(
            "ONSET_AFTER_EXPIRES",
            "error",
            "启动时间（onset）晚于失效时间（expires）",
            "its onset is after it expires",
        )
    if now and until < now:
        expires.fault("EXPIRED", "warning", "已经失效", "it has expired")


def _check_texts(info: Part) -> None:
    headline = info.part("headline")
    if headline and len(headline.text.strip()) > _HEADLINE:
        headline.fault(
            "HEADLINE_LONG",
            "warning",
            f"标题超过 {_HEADLINE} 字",
            f"the headline is longer than {_HEADLINE} characters",
        )
    for name in ("event", "headline", "description", "instruction"):
        part = info.part(name)
        if part and (found := _MARKUP.search(part.text)):
            part.fault(
                "TEXT_MARKUP",
                "warning",
                f"文字中有标记 {shown(found.group())}，接收方会原样显示",
                f"there is markup in the text: {shown(found.group())}; it is shown as it stands",
            )


def _check_pairs(info: Part) -> None:
    for kind in ("eventCode", "parameter"):
        _check_repeated(info.parts(kind), names=kind == "parameter")
    for area in info.parts("area"):
        _check_repeated(area.parts("geocode"), names=False)


def _check_repeated(pairs: list[Part], *, names: bool) -> None:
    """A repeated pair says nothing new; a repeated name of a parameter leaves open which value counts."""
    seen: set[tuple[str, str]] = set()
    named: set[str] = set()
    for pair in pairs:
        name, value = pair.value("valueName"), pair.value("value")
        if (name, value) in seen:
            pair.fault(
                "PAIR_REPEATED",
                "warning",
                f"“{shown(name)}”的同一个值重复",
                f"{shown(name)!r} repeats a value",
            )
        elif names and name in named:
            pair.fault(
                "VALUENAME_REPEATED",
                "warning",
                f"“{shown(name)}”有不止一个值",
                f"{shown(name)!r} has more than one value",
            )
        seen.add((name, value))
        named.add(name)


def _check_event_codes(info: Part) -> None:
    if "重污染" not in info.value("event"):
        return
    for pair in info.parts("eventCode"):
        if pair.value("value") == HAZE:
            pair.fault(
                "EVENT_CODE_HAZE",
                "warning",
                f"{HAZE} 是霾（气象预警），不是重污染天气",
                f"{HAZE} is haze, a meteorological signal, and not heavy air pollution",
            )


def _check_own_parameters(info: Part) -> None:
    """The colour beside the severity, and the text that operators send without cutting it."""
    for pair in info.parts("parameter"):
        name, value = pair.value("valueName"), pair.value("value")
        if name == ALERT_LEVEL and value.lower() not in _COLOURS.get(
            info.value("severity"), (value.lower(),)
        ):
            pair.fault(
                "COLOUR_DIFFERS",
                "warning",
                f"severity 为 {info.value('severity')}，颜色却是{shown(value)}",
                f"the severity is {info.value('severity')} and the colour {shown(value)}",
            )
        elif name == SMS_SHORT and len(value.encode("utf-16-le")) > 2 * _SMS_UNITS:
            pair.fault(
                "SMS_TOO_LONG",
                "warning",
                f"{SMS_SHORT} 超过 {_SMS_UNITS} 字，一条短信装不下",
                f"{SMS_SHORT} is longer than the {_SMS_UNITS} units of one SMS",
            )


def _check_agreement(infos: list[Part]) -> None:
    """Blocks of several languages tell one thing: the n-th block of each agrees in all but its words."""
    by_language: dict[str, list[Part]] = {}
    for info in infos:
        by_language.setdefault(info.value("language").lower() or "en-us", []).append(info)
    first, *others = by_language.values() or [[]]
    for other in others:
        if len(other) != len(first):
            continue
        for one, two in zip(first, other, strict=True):
            differing = [name for name in _AGREE if _stated(one, name) != _stated(two, name)]
            if _covered(one) != _covered(two):
                differing.append("area")
            if differing:
                names, language = "、".join(differing), shown(one.value("language") or "en-US")
                two.fault(
                    "LANGUAGES_DISAGREE",
                    "warning",
                    f"与 {language} 的内容不一致：{names}",
                    f"it does not agree with {language}: {', '.join(differing)}",
                )


def _stated(info: Part, name: str) -> object:
    """What a block says under that name; times are equal when they are the same moment."""
    values = info.values(name)
    return (
        sorted(values) if name in ("category", "responseType") else [moment(each) or each for each in values]
    )


def _covered(info: Part) -> list[tuple[list[str], ...]]:
    """Shapes and codes of the areas; a geocode without a figure is a name, which a language may change."""
    covered = [
        (
            area.values("polygon"),
            area.values("circle"),
            sorted(code for code in _codes(area) if any(sign.isdigit() for sign in code)),
        )
        for area in info.parts("area")
    ]
    return [each for each in covered if any(each)]


def _codes(area: Part) -> list[str]:
    return [pair.value("value") for pair in area.parts("geocode")]
