"""The systems that take alerts: whether settings and directory know the same, and whether keys are keys."""

from collections.abc import Collection, Iterator

from channels.webhook.standard_webhooks import refuse_unsafe
from gateway.broadcasts.desk import national_receivers
from gateway.delivery.accounts import progress_keys, receiver_of
from gateway.directory.areas import home
from gateway.directory.selection import plan_codes
from gateway.doctor.check import Check
from gateway.ledger import doctor
from gateway.ledger.database import Ledger
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings, StandardWebhooksSettings

_SHOWN = 5  # of a long list


def usable(settings: Settings) -> Iterator[Check]:
    """Each receiver's address and keys; nobody is asked."""
    for account, configured in settings.accounts.items():
        if not isinstance(configured, StandardWebhooksSettings):
            continue
        for name, each in configured.receivers.items():
            keys = progress_keys(each)
            try:
                refuse_unsafe(receiver_of(name, each), keys)
            except ValueError as error:
                yield Check(
                    "RECEIVER_INVALID",
                    "error",
                    f"账号“{account}”的接收方不能使用：{error}",
                    f"account {account!r}: {error}",
                    "改正设置中它的 url（须为 https，本机可用 http）和密钥（以 whsec_、whsk_ 或 whpk_ 开头）",
                    "mend its url (https, or http on this machine) and keys (whsec_…, whsk_…, whpk_…)",
                )
                continue
            if not keys:
                yield Check(
                    "RECEIVER_UNPROVED",
                    "warning",
                    f"接收方“{name}”报回的进度无法核实，不会采用",
                    f"what receiver {name!r} reports cannot be proved, and is refused",
                    "写入它的 their_public_keys 或 their_secrets",
                    "give its their_public_keys or their_secrets",
                )


def known(opened: Ledger, settings: Settings) -> Iterator[Check]:
    """Systems that take alerts stand in the directory and in the settings under the same name."""
    for exercise in (False, True):
        yield from _known(opened, settings, exercise)


def _known(opened: Ledger, settings: Settings, exercise: bool) -> Iterator[Check]:
    known = {
        name
        for account in settings.accounts.values()
        if isinstance(account, StandardWebhooksSettings) and account.exercise == exercise
        for name in account.receivers
    }
    named = set(opened.read_now(doctor.named, "push", exercise))
    of_drill, of_drill_en = ("（演练）", " (exercise)") if exercise else ("", "")
    if named - known:
        listed = _few(named - known)
        yield Check(
            "RECEIVERS_UNKNOWN",
            "warning",
            f"通讯录中的推送接收方不在设置中，收不到预警：{listed}{of_drill}",
            f"receivers of the directory that the settings lack, so get no alert{of_drill_en}: {listed}",
            "在设置的 accounts.….receivers 中写入其网址和密钥",
            "put their addresses and keys under accounts.….receivers in the settings",
        )
    if known - named:
        listed = _few(known - named)
        yield Check(
            "RECEIVERS_UNUSED",
            "warning",
            f"设置中的推送接收方没有写在任何单位上，收不到预警：{listed}{of_drill}",
            f"receivers of the settings that no organisation names: they get no alert{of_drill_en}: {listed}",
            "在通讯录中该单位的“推送接收方”一列写入这个名称",
            "write that name into the organisation's column push in the directory",
        )
    if known and known == named:
        yield Check(
            "RECEIVERS",
            "ok",
            f"推送接收方 {len(known)} 个，设置与通讯录一致{of_drill}",
            f"{len(known)} receivers, the same in settings and directory{of_drill_en}",
        )


def sayable(opened: Ledger, settings: Settings) -> Iterator[Check]:
    """Areas without an official code, of plans whose alerts go to receivers of the 12379 dialect: it cannot
    say an alert for such an area."""
    official = settings.exchange.divisions
    catalogue = Catalogue(settings.plans_folder)
    lacking: dict[str, str] = {}
    concerned: set[str] = set()
    homes = [
        (name, area)
        for exercise in (False, True)
        for name, area in opened.read_now(doctor.receivers_at, exercise)
        if (name, exercise) in national_receivers(settings)
    ]
    for plan in catalogue.readable().values() if homes else ():
        codes = {each.code: each.name for each in plan.areas if each.own_code and each.code not in official}
        named = {name for name, area in homes if home(area, plan_codes(plan)) is not None}
        if codes and named:
            lacking |= codes
            concerned |= named
    if lacking:
        areas = _few([f"{name} {code}" for code, name in lacking.items()])
        yield Check(
            "RECEIVERS_FORMLESS",
            "warning",
            f"接收方 {_few(concerned)} 读 12379 格式，收不到这些区域的预警，因为没有行政区划代码：{areas}",
            f"{_few(concerned)} read the 12379 form: no alert for areas without an official code: {areas}",
            "在设置 exchange.divisions 中写明这些区域的代码；否则请对方人工发布",
            "state their codes in the setting exchange.divisions, or have such alerts sent by hand",
        )


def _few(names: Collection[str]) -> str:
    listed = sorted(names)
    more = len(listed) - _SHOWN
    return "; ".join(listed[:_SHOWN]) + (f" … +{more}" if more > 0 else "")
