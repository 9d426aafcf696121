"""Damages alerts by chance: trees, for what a schema judges, and bytes, for what a parser has to survive."""

import copy
import random

from lxml import etree

from tests.exchange.samples import NAMESPACE

_NAMES = (
    *("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses"),
    *("code", "note", "references", "incidents", "info", "language", "category", "event", "responseType"),
    *("urgency", "severity", "certainty", "audience", "eventCode", "effective", "onset", "expires"),
    *("senderName", "headline", "description", "instruction", "web", "contact", "parameter", "resource"),
    *("area", "valueName", "value", "resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"),
    *("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling", "Type", "Info", "alert"),
)
_VALUES = (
    *("", " ", "x", "Actual", " Actual", "Actual\n", "actual", "Alert", "Public", "Env", "None", "Unknown"),
    *("Severe", "Likely", "Very Likely", "AllClear", "0", "+1", "-1", "1.5", ".5", "5.", "1e3", "0x1", "١"),
    *("NaN", "INF", "1 2", "zh-CN", "zh_CN", "zh", "zh-", "en-US-x-private", "toolonglanguage", " zh ", "中"),
    *("2024-01-08T08:00:00+08:00", " 2024-01-08T08:00:00+08:00\n", "2024-01-08T08:00:00Z"),
    *("2024-01-08T08:00:00", "2024-01-08T08:00:00.0+08:00", "2024-01-08T24:00:00+08:00"),
    *("2024-01-08T24:00:01+08:00", "2024-01-08T25:00:00+08:00", "2024-02-30T08:00:00+08:00"),
    *("2023-02-29T08:00:00+08:00", "2024-02-29T08:00:00+08:00", "2024-13-01T08:00:00+08:00"),
    *("2024-01-08T08:60:00+08:00", "2024-01-08T08:00:60+08:00", "2024-01-08T08:00:00+14:00"),
    *("2024-01-08T08:00:00+14:01", "2024-01-08T08:00:00-14:00", "2024-01-08T08:00:00+08:60"),
    *("2024-01-08T08:00:00+24:00", "2024-01-08T08:00:00-00:00", "2024-01-08T08:00:00,08:00"),
    *("0000-01-08T08:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("-2024-01-08T08:00:00+08:00", "12024-01-08T08:00:00+08:00", "２０２４-01-08T08:00:00+08:00"),
    *("https://example.cn/a?b=1#c", "a b", "http://[::1]/", "http://[", "%zz", "%41", "http://a:b:c/", "::"),
    *(
        "https://例子.cn/路径",
        "#",
        "?",
        "1:",
        "http://a/{b}",
        "http://a|b",
        "mailto:a@example.cn",
        "//",
        "a:",
    ),
    *("http://example.cn:80a/", "http://a@b@c/", "\\\\x", "a#b#c", "^", "http://exa mple/", "file:///etc"),
    *("34.7,113.6 12", "1,1 2,2 3,3 1,1", "a,b,2024-01-08T08:00:00+08:00", "<b/>", "&amp;", "\u200b", "𠮷"),
)
_DS = "{http://www.w3.org/2000/09/xmldsig#}"


def damaged_tree(original: etree._Element, chance: random.Random) -> etree._Element:
    """A copy with one to three changes of structure or value, written and read as whoever sends it would."""
    root = copy.deepcopy(original)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        elements = [
            each for each in root.iter() if isinstance(each.tag, str) and not each.tag.startswith(_DS)
        ]
        _damage(chance.choice(elements), elements, chance)
    return root


def _damage(one: etree._Element, elements: list[etree._Element], chance: random.Random) -> None:
    parent = one.getparent()
    other = chance.choice(elements)
    match chance.randrange(16):
        case 0 if parent is not None:
            parent.remove(one)
        case 1 if parent is not None:
            parent.insert(chance.randrange(len(parent) + 1), copy.deepcopy(one))
        case 2 if parent is not None:
            parent.insert(chance.randrange(len(parent)), one)
        case 3 if parent is not None:
            one.tag = f"{{{NAMESPACE}}}{chance.choice(_NAMES)}"
        case 4:
            one.tag = chance.choice(("", "{urn:x}", "{urn:oasis:names:tc:emergency:cap:1.1}")) + (
                etree.QName(one).localname
            )
        case 5:
            one.set(chance.choice(("a", "{http://www.w3.org/XML/1998/namespace}lang")), "x")
        case 6 if parent is not None:
            one.tail = chance.choice((" ", "\n", "text", "\u00a0"))
        case 7:
            one.insert(0, etree.Comment("a comment"))
        case 8:
            one.append(etree.ProcessingInstruction("a", "b"))
        case 9:
            one.insert(chance.randrange(len(one) + 1), etree.Element(f"{_DS}Signature"))
        case 10:
            one.append(copy.deepcopy(other) if other not in one.iterancestors() else etree.Element("x"))
        case 11:
            etree.SubElement(one, f"{{{NAMESPACE}}}{chance.choice(_NAMES)}").text = chance.choice(_VALUES)
        case 12:
            one.text = chance.choice(_VALUES)
        case _:
            leaves = [each for each in elements if len(each) == 0]
            if leaves:
                chance.choice(leaves).text = chance.choice(_VALUES)


_TOKENS = (
    *(b"<", b">", b"/", b"&", b"]]>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x ", b"?>", b"\0", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe", b"&#0;", b"&#x41;", b"&#xD800;", b"&lt;", b"&x;", b"%x;"),
    *(b" xmlns=''", b" xmlns='urn:x'", b" xml:base='http://127.0.0.1:{port}/'", b"<info>", b"</info>"),
    b"<!DOCTYPE alert SYSTEM 'http://127.0.0.1:{port}/a.dtd'>",
    b"<!DOCTYPE alert [<!ENTITY x SYSTEM 'file://{file}'>]>",
    b"<!DOCTYPE alert [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>",
    b"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file://{file}' parse='text'/>",
    b" xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='urn:x http://127.0.0.1:{port}/'",
    b"<?xml-stylesheet href='http://127.0.0.1:{port}/a.xsl' type='text/xsl'?>",
    b"<?xml version='1.0' encoding='UTF-7'?>",
    b"<?xml version='1.0' encoding='GB18030'?>",
    *(b"<a>" * 300, b"x" * 5000, b"<b/>" * 500, b"9" * 400, b"1,1 " * 300, "重污染".encode(), b"\xe9\x87"),
)


def damaged_bytes(original: bytes, chance: random.Random, port: int, file: str) -> bytes:
    """The bytes with one to four changes; what they smuggle in points to `port` and `file` here."""
    content = bytearray(original)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at, end = sorted(chance.randrange(len(content) + 1) for _ in range(2))
        end = min(end, at + 200)
        match chance.randrange(10):
            case 0:
                del content[at:end]
            case 1:
                content[at:at] = content[at:end]
            case 2:
                del content[at:]
            case 3:
                content.insert(at, chance.randrange(256))
            case 4 | 5 | 6 if at < len(content):
                content[at] = chance.choice(b"azAZ09 ,.:-+#")
            case _:
                token = (
                    chance.choice(_TOKENS).replace(b"{port}", b"%d" % port).replace(b"{file}", file.encode())
                )
                place = chance.choice((at, max(content.find(b"<alert"), 0), 0))
                content[place:place] = token
    return bytes(content)
