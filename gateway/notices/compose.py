"""From a plan and a decision to the notices: every audience's words, in every medium."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.notices import fit
from gateway.notices.advice import Piece, health, readiness
from gateway.notices.announcement import announce
from gateway.notices.model import InForce, Notice, Office
from gateway.notices.page import Page, page
from gateway.notices.reading import Measures, Reading, unavailable
from gateway.notices.sms import sms
from gateway.notices.spoken import spoken
from gateway.notices.stated import OWN, Stated, stated
from gateway.notices.webhook import webhook
from gateway.notices.words import WORDS, Words
from gateway.plans.model import Plan
from gateway.slots import OWN_SLOT
from gateway.vocabulary import (
    AUDIENCE_WORDS,
    AUDIENCES,
    ENGLISH_AUDIENCES,
    MEDIA,
    SECTOR_WORDS,
    SECTORS,
    Audience,
    Language,
    Medium,
    Sector,
)

_MEDIUM_WORDS: dict[Medium, str] = {
    "notice": "通知全文",
    "sms": "短信",
    "webhook": "企业微信",
    "email": "邮件",
    "spoken": "广播词",
}


def render(
    plan: Plan,
    decision: Decision,
    office: Office,
    *,
    audiences: Sequence[Audience] | None = None,
    sectors: Sequence[Sector | None] | None = None,
    media: Sequence[Medium] | None = None,
    language: str = "zh-CN",
    before: InForce | None = None,
    after: InForce | None = None,
    slots: bool = False,
) -> tuple[Notice, ...]:
    """The notices of a decision under its plan, by audience, sector and medium, in fixed order.

    Whatever is None is not narrowed: all audiences that read the language, all media, and for enterprises
    one notice without a sector and one for each. Sectors alone mean enterprises. `before` is what was in
    force before the decision, or the message that a correction or retraction mends; measures that were
    not are `new`, and marked in the texts unless nothing was. `after` is what holds once a message is
    retracted; None: nothing, or it is not known. With `slots` the documents for enterprises hold a slot
    for what each is told of its own (`gateway.slots`).

    Raises `InputError`: LANGUAGE_UNAVAILABLE, SECTOR_NOT_ALLOWED, SIGNATURE_INVALID, SMS_CHARACTER,
    NOTICE_TOO_LONG, TEMPLATE_MISSING, TEMPLATE_FAULTY. The findings of a decision are not asked.
    """
    _check(office, audiences, sectors)
    words = WORDS[_language(plan, audiences, language)]
    if audiences is None and words.LANGUAGE == "en":
        audiences = ENGLISH_AUDIENCES if sectors is None else ("enterprises",)
    holds = stated(decision, before, after)
    announcement = announce(plan, decision, office, before, after, holds, words)
    measures = Measures(plan, holds.level, holds.facts, before, words)
    wanted = [medium for medium in MEDIA if media is None or medium in media]
    return tuple(
        notice
        for audience, sector in _readers(audiences, sectors)
        for notice in _notices(
            replace(
                page(
                    announcement,
                    measures.read_by(audience, sector),
                    _advice(decision, holds, audience, sector, words),
                    office,
                ),
                own=(OWN_SLOT,) if slots and audience == "enterprises" and holds.content in OWN else (),
            ),
            wanted,
        )
    )


def public_page(
    plan: Plan,
    decision: Decision,
    office: Office,
    language: str = "zh-CN",
    before: InForce | None = None,
    after: InForce | None = None,
) -> Page:
    """The page of the public. Raises `InputError` like `render`."""
    _check(office, ("public",), None)
    words = WORDS[_language(plan, ("public",), language)]
    holds = stated(decision, before, after)
    announcement = announce(plan, decision, office, before, after, holds, words)
    reading = Measures(plan, holds.level, holds.facts, before, words).read_by("public", None)
    return page(announcement, reading, _advice(decision, holds, "public", None, words), office)


def _advice(
    decision: Decision, holds: Stated, audience: Audience, sector: Sector | None, words: Words
) -> tuple[Piece, ...]:
    if holds.content == "hint":
        return readiness(audience, sector, words)
    if holds.content == "tip":
        forecast = decision.forecast
        return health(forecast.cause, forecast.primary_pollutant, audience, sector, words)
    return ()


def _language(plan: Plan, audiences: Sequence[Audience] | None, language: str) -> Language:
    """The language, if there is one for all that is asked. Raises `InputError` LANGUAGE_UNAVAILABLE."""
    if language == "zh-CN":
        return "zh-CN"
    if language != "en":
        raise InputError(
            "LANGUAGE_UNAVAILABLE",
            f"没有语言“{language}”的文本；有中文（zh-CN）和英文（en）",
            f"there is no text in {language!r}; there are Chinese (zh-CN) and English (en)",
            field="language",
        )
    without = [each for each in audiences or () if each not in ENGLISH_AUDIENCES]
    if without:
        raise InputError(
            "LANGUAGE_UNAVAILABLE",
            f"{'、'.join(AUDIENCE_WORDS[each] for each in without)}只有中文文本；"
            f"英文只有{'、'.join(AUDIENCE_WORDS[each] for each in ENGLISH_AUDIENCES)}的",
            f"{', '.join(without)}: only Chinese; English is for {', '.join(ENGLISH_AUDIENCES)}",
            field="language",
        )
    if plan.title_en is None or plan.place_en is None:
        raise unavailable(plan, WORDS["en"], "title_en" if plan.title_en is None else "place_en")
    return "en"


def _check(
    office: Office, audiences: Sequence[Audience] | None, sectors: Sequence[Sector | None] | None
) -> None:
    if sectors is not None and audiences is not None and "enterprises" not in audiences:
        raise InputError(
            "SECTOR_NOT_ALLOWED",
            "只有企业（enterprises）分行业",
            "only enterprises have sectors",
            field="sector",
        )
    if not office.signature.strip() or any(
        each in "【】" or not each.isprintable() for each in office.signature
    ):
        raise InputError(
            "SIGNATURE_INVALID",
            "短信签名不能为空，也不能含有【】或换行",
            "the SMS signature must not be empty and holds no 【】 or line break",
            field="office.signature",
        )


def _readers(
    audiences: Sequence[Audience] | None, sectors: Sequence[Sector | None] | None
) -> Iterator[tuple[Audience, Sector | None]]:
    if audiences is None and sectors is not None:
        audiences = ("enterprises",)
    for audience in AUDIENCES:
        if audiences is not None and audience not in audiences:
            continue
        if audience != "enterprises":
            yield audience, None
            continue
        for sector in (None, *SECTORS):
            if sectors is None or sector in sectors:
                yield audience, sector


def _notices(page: Page, media: Sequence[Medium]) -> Iterator[Notice]:
    for medium in media:
        try:
            yield _RENDERERS[medium](page)
        except fit.TooLong as error:
            raise _too_long(page.reading, medium, error) from None


def _notice(page: Page) -> Notice:
    return _full(page, "notice", page.document, html=page.skinned("print.html.j2", styles=False))


def _sms(page: Page) -> Notice:
    text, measures = sms(page)
    return Notice(
        page.reading.audience,
        page.reading.sector,
        "sms",
        page.language,
        page.title,
        text,
        measures,
        segments=fit.segments(text),
        reply_minutes=page.reply_minutes,
    )


def _webhook(page: Page) -> Notice:
    messages = webhook(page)
    return _full(
        page,
        "webhook",
        "\n\n".join(messages),
        parts=messages if len(messages) > 1 else None,
        bytes=max(map(fit.utf8_bytes, messages)),
    )


def _email(page: Page) -> Notice:
    return _full(page, "email", page.document, html=page.skinned("email.html.j2", styles=True))


def _spoken(page: Page) -> Notice:
    text, measures = spoken(page)
    reading = page.reading
    return Notice(
        reading.audience,
        reading.sector,
        "spoken",
        page.language,
        page.title,
        text,
        measures,
        reply_minutes=page.reply_minutes,
    )


_RENDERERS = {"notice": _notice, "sms": _sms, "webhook": _webhook, "email": _email, "spoken": _spoken}


def _full(
    page: Page,
    medium: Medium,
    text: str,
    *,
    html: str | None = None,
    parts: tuple[str, ...] | None = None,
    bytes: int | None = None,
) -> Notice:
    """A notice in a medium that carries every measure of its reader."""
    measures = tuple(item.measure(item.text) for item in page.reading.items)
    return Notice(
        page.reading.audience,
        page.reading.sector,
        medium,
        page.language,
        page.title,
        text,
        measures,
        html=html,
        parts=parts,
        bytes=bytes,
        reply_minutes=page.reply_minutes,
    )


def _too_long(reading: Reading, medium: Medium, error: fit.TooLong) -> InputError:
    who = SECTOR_WORDS[reading.sector] if reading.sector else AUDIENCE_WORDS[reading.audience]
    who_en = f"{reading.audience}.{reading.sector}" if reading.sector else reading.audience
    unit, unit_en = ("个字符", "UTF-16 units") if medium == "sms" else ("字节", "bytes")
    return InputError(
        "NOTICE_TOO_LONG",
        f"{who}的{_MEDIUM_WORDS[medium]}最短也有 {error.size} {unit}，超过 {error.limit}；"
        "请缩短签名、文号、更正说明或措施的短句",
        f"{medium} for {who_en}: even the shortest cut has {error.size} {unit_en}, more than {error.limit};"
        " shorten the signature, the number, what is corrected or the measures' short words",
        field=f"{who_en}.{medium}",
    )
