"""Reads a cell of phone numbers, with the people whom it names beside them:
`张三 13800138000；李四（夜间）0371-67180000转802`. Pure.

Whose a number is must be plain from the cell; where it is not, the cell is refused, never guessed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.directory import cells, numbers
from gateway.directory.cells import Refused
from gateway.directory.masking import mask_text
from gateway.directory.model import Address, ContactRole

MOST = 50  # numbers in one cell: more is a list that needs rows of its own

_SEGMENTS = re.compile(r"[;,、/\r\n|]+|。")
_NUMBER = re.compile(
    r"(?:\+|\(\+?)?\d[\d\s()\-‐‑‒–—−.]*\d"
    r"(?:\s*[(]?\s*(?:转|分机号?|内线|ext\.?|x|#)\s*[:.]?\s*\d{1,6}\)?)?",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"\dE\+?\d", re.IGNORECASE)
_FEWEST_DIGITS = 7  # of a number; fewer belong to the words: 1号车间, 24小时
_BRACKETED = re.compile(r"\s*[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_BRACKETS = re.compile(r"[()\[\]【】〔〕]")
_MARKS = re.compile(r"[\s:.\-—–=→*_]+")
_PERSON = re.compile(
    r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,12}|[a-z][a-z .'\-]{1,39}", re.I
)
_ADDRESSED = re.compile(r"[\u4e00-\u9fff]{1,3}(?:先生|女士|老师|师傅|工)")
_LONGEST_TITLE = 12  # 安全科王科长
_OFFICE = re.compile(r"[\w#]{0,12}(?:室|科|处|部|办|台|班|岗|房|队|站|中心|车间|卫|总机|热线)")

# What such words make of whoever stands beside a number; the first that is found counts.
_ROLES: tuple[tuple[ContactRole, re.Pattern[str]], ...] = (
    ("night_duty", re.compile(r"夜间值班|值班人员|值班员|值班|夜间|夜班|晚上|晚间|值守|夜")),
    ("grid_member", re.compile(r"网格员|网格长|网格")),
    ("supervisor", re.compile(r"监督人员|监督员|监督人|监督|监管人员|监管员|监管人|监管|包保人?")),
    ("liaison", re.compile(r"信息联络员|联络员|信息员|联络人?")),
    ("head", re.compile(r"法定代表人|法人代表|法人")),
    (
        "deputy",
        re.compile(
            r"副(?:总经理|经理|厂长|校长|院长|园长|主任|科长|处长|局长|站长|队长|总|职|手|负责人)"
            r"|备用联系人|备用|(?<!\S)[副备](?!\S)"
        ),
    ),
    (
        "responsible",
        re.compile(
            r"主要负责人|环保负责人|负责人|责任人|总经理|经理|厂长|校长|院长|园长|主任|科长|处长|局长|站长|队长|矿长|所长|老板|环保专员|安全员"
        ),
    ),
)
_KINDS = re.compile(
    r"(?:移动|办公|固定|联系|手机|公司|单位|本人)?(?:电话号码|电话|手机号码|手机号?|座机|固话|号码|办公)|tel|mobile",
    re.I,
)
_FAX = re.compile(r"传\s*真|fax", re.I)
_SAME_NUMBER = re.compile(r"微信同号|同微信|微信同步")
_NO_TELEPHONE = re.compile(r"qq|微信号?|wechat|邮编|邮箱", re.I)


@dataclass(frozen=True, slots=True)
class Caller:
    """One number of a cell. `name` and `role` are of whoever it is, where the cell says it; a role alone
    (`夜间`) has no name."""

    address: Address
    name: str | None = None
    role: ContactRole | None = None


@dataclass(frozen=True, slots=True)
class Callers:
    """What a cell says: numbers in its order, what is wrong with others, and how many fax numbers are left
    out."""

    found: tuple[Caller, ...]
    refused: tuple[Refused, ...] = ()
    faxes: int = 0


_NOBODY = Callers(())


def read(text: str, dialling_code: str | None = None) -> Callers:
    """The numbers of a cell; `dialling_code` is the 区号 for fixed lines without one."""
    if not text:
        return _NOBODY
    plain = [_plain(part, dialling_code) for part in cells.parts(text)[: MOST + 1]]
    if len(plain) > MOST:
        return Callers(
            (),
            (Refused(f"一格最多 {MOST} 个，请分成几行", f"a cell holds at most {MOST}; use several rows"),),
        )
    if all(isinstance(each, Address) for each in plain):
        return Callers(tuple(dict.fromkeys(Caller(each) for each in plain if isinstance(each, Address))))
    written = cells.visible(unicodedata.normalize("NFKC", text).replace("\r", "\n"))
    if "\0" in written or not _says_who(written):
        found = tuple(dict.fromkeys(Caller(each) for each in plain if isinstance(each, Address)))
        return Callers(found, tuple(each for each in plain if isinstance(each, Refused)))
    try:
        return _with_names(written, dialling_code)
    except Refused as refused:
        return Callers((), (refused,))


def _plain(part: str, dialling_code: str | None) -> Address | Refused:
    try:
        return numbers.telephone(cells.checked(part), dialling_code)
    except Refused as refused:
        return refused


def _says_who(written: str) -> bool:
    """Whether words or blanks stand between numbers; without them every part is one, good or bad."""
    if _NUMBER.search(written) is None or _SCIENTIFIC.search(written):
        return False
    return any(character.isalpha() for character in _NUMBER.sub("", written)) or len(written.split()) > 1


@dataclass(frozen=True, slots=True)
class _Token:
    """A label, or a number's text with the bracketed words right behind it."""

    label: str | None = None
    number: str = ""
    remark: str = ""


def _with_names(written: str, dialling_code: str | None) -> Callers:
    segments = [tokens for each in _SEGMENTS.split(written) if (tokens := _tokens(each, dialling_code))]
    found: list[Caller] = []
    faxes = 0
    for label, token in _owned(segments):
        words = _SAME_NUMBER.sub("", " ".join(filter(None, (label, token.remark)))).strip()
        if _FAX.search(words):
            faxes += 1
            continue
        if _NO_TELEPHONE.search(words):
            raise _unclear(words)
        name, role = _who(words)
        found.append(Caller(numbers.telephone(token.number, dialling_code), name, role))
    return Callers(tuple(dict.fromkeys(found)), faxes=faxes)


def _tokens(segment: str, dialling_code: str | None) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0

    def label(text: str) -> None:
        if _MARKS.sub("", text):
            tokens.append(_Token(label=text.strip()))

    for found in _NUMBER.finditer(segment):
        if sum(character.isdigit() for character in found.group()) < _FEWEST_DIGITS or found.start() < at:
            continue
        label(segment[at : found.start()])
        at = found.end()
        several = _several(found.group(), dialling_code)
        remark = ""
        if behind := _BRACKETED.match(segment, at):
            remark, at = behind[1], behind.end()
        tokens += [_Token(number=each, remark=remark) for each in several]
    label(segment[at:])
    return tokens


def _several(written: str, dialling_code: str | None) -> list[str]:
    """One number, or the numbers between which only blanks stand, where they can be told in one way."""
    if isinstance(_plain(written, dialling_code), Address):
        return [written]
    pieces = written.split()
    ways = [
        way
        for way in _ways(pieces[:8])
        if all(isinstance(_plain(each, dialling_code), Address) for each in way)
    ]
    return ways[0] if len(ways) == 1 and len(pieces) <= 8 else [written]


def _ways(pieces: Sequence[str]) -> list[list[str]]:
    if not pieces:
        return [[]]
    return [
        [" ".join(pieces[:end]), *rest] for end in range(1, len(pieces) + 1) for rest in _ways(pieces[end:])
    ]


def _owned(segments: Sequence[Sequence[_Token]]) -> list[tuple[str, _Token]]:
    """Each number with the label that is its own. Raises `Refused` where that is not plain."""
    owned: list[tuple[str, _Token]] = []
    waiting: str | None = None  # a label whose number stands in the next segment
    shapes = ["".join("L" if token.label is not None else "N" for token in each) for each in segments]
    behind = bool(shapes) and _labels_stand_behind(shapes)
    for tokens, shape in zip(segments, shapes, strict=True):
        if waiting is not None and shape.strip("N"):
            raise _unclear(waiting)
        if shape == "L":
            if behind:
                owned[-1] = (str(tokens[0].label), owned[-1][1])
            else:
                waiting = str(tokens[0].label)
        elif not shape.strip("N"):
            owned += [(waiting or "", token) for token in tokens]
            waiting = None
        elif re.fullmatch(r"(?:LN+)+", shape):
            label = ""
            for token in tokens:
                if token.label is not None:
                    label = token.label
                else:
                    owned.append((label, token))
        elif re.fullmatch(r"(?:NL)+", shape):
            owned += [
                (str(after.label), before) for before, after in pairwise(tokens) if before.label is None
            ]
        else:
            raise _unclear(next(str(token.label) for token in tokens if token.label is not None))
    if waiting is not None:
        raise _unclear(waiting)
    return owned


def _labels_stand_behind(shapes: Sequence[str]) -> bool:
    """Whether numbers and labels take turns, a number first: 138…，张三，139…，李四."""
    return len(shapes) % 2 == 0 and all(
        shape == ("L" if place % 2 else "N") for place, shape in enumerate(shapes)
    )


def _who(words: str) -> tuple[str | None, ContactRole | None]:
    """Name and role by the words beside a number. Raises `Refused` for words that tell neither."""
    bare = _spaced(_KINDS.sub(" ", words))
    role: ContactRole | None = None
    rest = bare
    for each, pattern in _ROLES:
        if found := pattern.search(rest):
            role = role or each
            rest = rest[: found.start()] + "\0" + rest[found.end() :]
    if bare in ("", "24小时"):
        return None, role
    if _OFFICE.fullmatch("".join(bare.split())):
        return bare, role  # 值班室, 保卫科: nobody's name
    parts = [part for part in map(_spaced, rest.split("\0")) if part]
    if not parts:
        return None, role
    if len(parts) > 1:  # 班主任李老师: what the words before the title mean is open
        raise _unclear(words)
    name = parts[0] if parts[0].isascii() else parts[0].replace(" ", "")
    if role is not None and len(bare.split()) == 1 and (len(name) == 1 or _OFFICE.match(name)):
        name = bare  # 王厂长, 安全科王科长
    if (
        _PERSON.fullmatch(name)
        or _ADDRESSED.fullmatch(name)
        or _OFFICE.fullmatch(name)
        or (role and len(name) == 1)
    ):
        return name, role
    if name == bare and _OFFICE.match(name) and len(name) <= _LONGEST_TITLE:
        return name, role
    raise _unclear(words)


def _spaced(text: str) -> str:
    return " ".join(_MARKS.sub(" ", _BRACKETS.sub(" ", text)).split())


def _unclear(words: str) -> Refused:
    shown = mask_text(words.strip())
    shown = f"{shown[:1]}…" if len(shown) > 1 else shown
    return Refused(
        f"看不出“{shown}”是谁的什么号码；请写成“张三 号码；李四（夜间） 号码”",
        f"it is not plain whose number stands beside {shown!r}; write a name, then its number, then ;",
    )
