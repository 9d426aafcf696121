"""What is kept: plans, and the ledger with its counters, receipts, unknowns and directory."""

from collections.abc import Iterator

from sqlalchemy.exc import DatabaseError

from gateway.delivery.words import CHANNEL_WORDS, reason_words, receiver_words
from gateway.doctor import alerts, receivers
from gateway.doctor.check import Check
from gateway.errors import InputError
from gateway.ledger import doctor
from gateway.ledger.backends import incarnation
from gateway.ledger.backends.faults import storage_words
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import lanes, ownership, receipts
from gateway.ledger.directory import organisations
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import overdue
from gateway.ledger.trail.verifying import verify
from gateway.plans.catalogue import Catalogue
from gateway.plans.lint import lint_file
from gateway.settings import Settings, WecomSettings
from gateway.vocabulary import AUDIENCE_WORDS, AUDIENCES, Words

_SHOWN = 5  # of a long list


def plans(catalogue: Catalogue) -> Check:
    """Every plan file, as `plan lint` sees it."""
    errors: list[str] = []
    warnings: list[str] = []
    names = catalogue.identifiers()
    for name in names:
        try:
            for problem in lint_file(*catalogue.content(name)):
                (errors if problem.severity == "error" else warnings).append(f"{name} {problem.code}")
        except InputError as error:
            errors.append(f"{name} {error.code}")
    advice = ("运行 airwarn plan lint 看逐条说明", "run airwarn plan lint for each of them")
    if errors:
        return Check(
            "PLANS", "error", f"预案有错：{_few(errors)}", f"plans have errors: {_few(errors)}", *advice
        )
    if warnings:
        return Check(
            "PLANS",
            "warning",
            f"预案有提醒：{_few(warnings)}",
            f"plans have warnings: {_few(warnings)}",
            *advice,
        )
    return Check("PLANS", "ok", f"预案 {len(names)} 份无误", f"{len(names)} plans are sound")


def ledger(opened: Ledger, settings: Settings) -> Iterator[Check]:
    """Everything about a ledger that is there."""
    try:
        damages = list(doctor.damages(opened))
    except DatabaseError as error:
        if (why := storage_words(error)) is not None:
            yield Check(
                "LEDGER",
                "error",
                f"台账现在不能读：{why.zh}",
                f"the ledger cannot be read just now: {why.en}",
                "腾出空间、检查磁盘或数据库后再查；不要删除或替换台账文件",
                "make room, mend the disk or the database, then look again; leave the ledger's files alone",
            )
            return
        damages = ["malformed"]
    if damages:
        yield Check(
            "INTEGRITY",
            "error",
            f"台账已损坏：{_few(damages)}",
            f"the ledger is damaged: {_few(damages)}",
            "停止服务，保留原文件，从备份恢复（docs/backup.md）",
            "stop the server, keep the files, restore a backup (docs/backup.md)",
        )
        return
    yield Check("INTEGRITY", "ok", "台账完好", "the ledger is sound")
    if opened.shared:
        yield _server(opened)
        yield _workers(opened)
    yield _counters(opened)
    yield from _refusals(opened)
    yield from _restored(opened, settings)
    yield from _waiting(opened)
    yield from _owed(opened)
    yield _audit(opened, settings)
    yield from _parked(opened)
    yield from _directory(opened, settings)
    yield from alerts.kept(opened, settings, opened.now())
    yield from receivers.known(opened, settings)
    yield from receivers.sayable(opened, settings)


def _server(opened: Ledger) -> Check:
    unsafe = opened.read_now(doctor.unsafe)
    if not unsafe:
        return Check(
            "DATABASE", "ok", "PostgreSQL 崩溃也不丢已提交的内容", "PostgreSQL keeps its word over a crash"
        )
    return Check(
        "DATABASE",
        "error",
        f"PostgreSQL 的设置崩溃时会丢失已提交的内容：{_few(unsafe)}",
        f"PostgreSQL may lose in a crash what was committed: {_few(unsafe)}",
        "在 postgresql.conf 中设为 on",
        "set them to on in postgresql.conf",
    )


def _workers(opened: Ledger) -> Check:
    """Who works the accounts now: a doctor that asks a moment after a death finds none for a lease."""
    now = opened.now()
    tenures = opened.read_now(ownership.tenures, now)
    served = {each.account for each in opened.read_now(lanes.all_lanes) if each.enabled}
    alone = [name for name in sorted(served) if tenures[name].owner is None]
    working = {tenures[name].owner for name in served} - {None}
    if not alone:
        return Check(
            "WORKERS",
            "ok",
            f"{len(working)} 个工作进程在发 {len(served)} 个账号",
            f"{len(working)} workers have the {len(served)} accounts",
        )
    return Check(
        "WORKERS",
        "warning",
        f"没有工作进程的账号：{_few(alone)}",
        f"accounts that no worker has: {_few(alone)}",
        "在任一台机器上启动 airwarn serve 或 airwarn work；刚停的，一个租期内会被接管",
        "start airwarn serve or airwarn work on a machine; after a death another takes over within a lease",
    )


def _counters(opened: Ledger) -> Check:
    wrong = list(doctor.miscounts(opened))
    if not wrong:
        return Check("COUNTERS", "ok", "计数与逐条记录一致", "the counters agree with the rows")
    listed = _few([f"{each.broadcast_id} {each.state} {each.counted}≠{each.rows}" for each in wrong])
    return Check(
        "COUNTERS",
        "error",
        f"计数与逐条记录不符：{listed}",
        f"counters differ from rows: {listed}",
        "以 airwarn report 的逐条明细为准，并报告此缺陷",
        "trust the rows of airwarn report, and report this as a bug",
    )


def _refusals(opened: Ledger) -> Iterator[Check]:
    if number := opened.read_now(doctor.misheard):
        yield Check(
            "OPTED_OUT",
            "error",
            f"退订名单与逐条记录不符：{number} 个号码或邮箱",
            f"the list of who opted out differs from rows: {number} addresses",
            "名单上的不再通知：请报告此缺陷",
            "whoever is on it is told nothing: report this as a bug",
        )


def _restored(opened: Ledger, settings: Settings) -> Iterator[Check]:
    if incarnation.copied(opened, settings.data_folder):
        yield Check(
            "COPY",
            "warning",
            "台账是备份或副本，还没有启动过：启动后所有通道先停，什么也不发",
            "the ledger is a backup or a copy that was not started yet: all lanes will rest when it is",
            "启动后运行 airwarn resume，看过要发的再放行（docs/backup.md）",
            "start it, look with airwarn resume at what would leave, then let it (docs/backup.md)",
        )
    if opened.read_now(incarnation.guard) is not None:
        yield Check(
            "GUARD",
            "error",
            "台账是恢复的副本，所有通道已停",
            "the ledger is a restored copy and all lanes are parked",
            "运行 airwarn resume",
            "run airwarn resume",
        )


def _waiting(opened: Ledger) -> Iterator[Check]:
    unmatched = opened.read_now(receipts.waiting)
    if unmatched:
        yield Check(
            "RECEIPTS",
            "warning",
            f"{unmatched} 条回执对不上任何投递",
            f"{unmatched} receipts match no delivery",
            "发送未答复时会先到，稍后自动匹配；一直增加则检查账号是否另有他用",
            "early ones match later; if they grow, look whether something else uses the account",
        )
    else:
        yield Check("RECEIPTS", "ok", "没有对不上的回执", "every receipt has its delivery")
    unknown = opened.read_now(doctor.for_a_person)
    if unknown:
        listed = _few([f"任务 {broadcast} {number} 条" for broadcast, number in unknown.items()])
        listed_en = _few([f"broadcast {broadcast}: {number}" for broadcast, number in unknown.items()])
        yield Check(
            "UNKNOWN",
            "warning",
            f"结果不明、等人处理：{listed}",
            f"unknown and waiting for a person: {listed_en}",
            "用 airwarn report 找出收件单位，电话核实",
            "find the organisations with airwarn report and ask them by telephone",
        )
    else:
        yield Check("UNKNOWN", "ok", "没有等人处理的不明结果", "nothing unknown waits for a person")


def _owed(opened: Ledger) -> Iterator[Check]:
    now = opened.now()
    past = opened.read_now(overdue.past_their_end, now)
    if past:
        listed = _few([f"任务 {each.broadcast_id}{'（演练）' if each.exercise else ''}" for each in past])
        listed_en = _few([f"broadcast {each.broadcast_id}" for each in past])
        yield Check(
            "EXPECTED_END",
            "warning",
            f"预计解除时间已过而没有新的决定：{listed}",
            f"past their expected end without a decision: {listed_en}",
            "请解除、延长或更正；见 airwarn due",
            "lift, extend or correct them; see airwarn due",
        )
    waiting = opened.read_now(orders.waiting)
    if waiting:
        numbers = _few([f"{each.id}{'（演练）' if each.exercise else ''}" for each in waiting])
        yield Check(
            "ORDERS_WAITING",
            "warning",
            f"上级的指令等待处理：{numbers}",
            f"orders of other levels wait for people: {', '.join(str(each.id) for each in waiting[:_SHOWN])}",
            "见 airwarn order list",
            "see airwarn order list",
        )
    late = sum(each.overdue for each in opened.read_now(overdue.owing, now) if not each.exercise)
    if late:
        yield Check(
            "OBLIGATIONS",
            "warning",
            f"逾期待办 {late} 项",
            f"{late} obligations are overdue",
            "用 airwarn due --overdue 查看各单位",
            "see the units with airwarn due --overdue",
        )
    else:
        yield Check("OBLIGATIONS", "ok", "没有逾期待办", "nothing owed is overdue")


def _audit(opened: Ledger, settings: Settings) -> Check:
    found = verify(opened, settings.data_folder)
    if incarnation.copied(opened, settings.data_folder) and not any(
        each.row is not None and each.row <= found.head.rows for each in found.faults
    ):
        return Check(
            "AUDIT",
            "warning" if found.faults else "ok",
            f"审计记录 {found.head.rows} 行前后相接；副本的末尾有没有缺行，这里无从得知",
            f"the audit trail's {found.head.rows} rows follow each other; whether a copy lacks later ones"
            " cannot be told here",
            "用 airwarn audit verify --anchor 加备份时的锚核对",
            "check it with airwarn audit verify --anchor and the anchor of the time of the backup",
        )
    if found.sound:
        return Check(
            "AUDIT",
            "ok",
            f"审计记录 {found.head.rows} 行完好",
            f"the audit trail's {found.head.rows} rows are sound",
        )
    first = found.faults[0]
    return Check(
        "AUDIT",
        "error",
        f"审计记录不完好：{first.message}",
        f"the audit trail is not as it was written: {first.message_en}",
        "运行 airwarn audit verify 看全部；保留台账原件",
        "run airwarn audit verify for all of it; keep the ledger as it is",
    )


def _named(lane: lanes.Lane) -> str:
    """A receiver by its name; of other lanes the name may be a number."""
    return f"{lane.account}.{lane.name}" if lane.channel == "push" else lane.account


def _why(lane: lanes.Lane) -> Words:
    words = receiver_words if lane.channel == "push" else reason_words
    return words(lane.breaker_reason or "")


def _parked(opened: Ledger) -> Iterator[Check]:
    known, now = opened.read_now(lanes.all_lanes), opened.now()
    by_hand = [f"{each.id}（{_named(each)}）" for each in known if each.parked_by is not None]
    if by_hand:
        yield Check(
            "LANES",
            "warning",
            f"人工暂停的通道：{_few(by_hand)}",
            f"lanes parked by hand: {_few(by_hand)}",
            "airwarn lane list 看原因，airwarn lane open 恢复",
            "see why with airwarn lane list; open them with airwarn lane open",
        )
    doubted = [each for each in known if each.parked_by is None and each.enabled and each.breaker != "closed"]
    if doubted:
        said = [(f"{each.id} {_named(each)}", _why(each)) for each in doubted]
        yield Check(
            "BREAKERS",
            "warning",
            f"暂停或试发中的通道：{_few([f'{lane}：{words.zh}' for lane, words in said])}",
            f"lanes at rest or on trial: {_few([f'{lane}: {words.en}' for lane, words in said])}",
            "待发的已改走下一路线（没有则等待）；airwarn lane list 看详情，问服务商或接收方",
            "queues leave by the next route where there is one; see airwarn lane list, ask the provider or"
            " receiver",
        )
    for exercise in (False, True):
        serving = opened.read_now(lanes.serving, exercise)
        shut = [
            channel
            for channel, serves in serving.items()
            if all(lane.standing(now) == "open" for lane in serves)
        ]
        if shut:
            listed = "、".join(CHANNEL_WORDS[channel].zh for channel in shut)
            yield Check(
                "ROUTES",
                "warning" if exercise else "error",
                f"所有路线都已暂停的渠道：{listed}{'（演练）' if exercise else ''}",
                f"channels without an open route{' (exercise)' if exercise else ''}: {', '.join(shut)}",
                "修好账号、airwarn lane open，或在设置的 accounts 中增加一个服务商",
                "mend an account, run airwarn lane open, or add a provider under accounts",
            )


def _directory(opened: Ledger, settings: Settings) -> Iterator[Check]:
    there = {
        each.audience
        for each in opened.read_now(organisations.counts)  # at their own addresses, or at their people's
        if not each.exercise and any(each.addresses.values())
    }
    missing = [audience for audience in AUDIENCES if audience not in there]
    if missing:
        listed = "、".join(AUDIENCE_WORDS[each] for each in missing)
        yield Check(
            "DIRECTORY",
            "warning",
            f"通讯录中没有可通知的：{listed}",
            f"the directory has nobody to tell among: {', '.join(missing)}",
            "用 airwarn directory import 导入",
            "import them with airwarn directory import",
        )
    else:
        yield Check("DIRECTORY", "ok", "每类受众都有可通知的单位", "every audience has somebody to tell")
    for exercise in (False, True):
        keys = {
            name
            for account in settings.accounts.values()
            if isinstance(account, WecomSettings) and account.exercise == exercise
            for name in account.groups
        }
        keyless = [name for name in opened.read_now(doctor.named, "wecom", exercise) if name not in keys]
        if keyless:
            listed, which = _few(keyless), " (exercise)" if exercise else ""
            yield Check(
                "WECOM_GROUPS",
                "warning",
                f"通讯录中的企业微信群没有密钥：{listed}{'（演练）' if exercise else ''}",
                f"WeCom groups of the directory without a key{which}: {listed}",
                "在设置的 accounts.….groups 中写入机器人的 key",
                "put the bot's key under accounts.….groups in the settings",
            )


def _few(listed: list[str]) -> str:
    more = len(listed) - _SHOWN
    return "; ".join(listed[:_SHOWN]) + (f" … +{more}" if more > 0 else "")
