"""The one reader of XML that comes from outside: no document type, no entity, no file, no network.

Comments and whitespace stay as they are, so that a signature over what was read can be verified.
"""

import re

from lxml import etree

from gateway.errors import InputError

SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"  # the namespace of XML signatures
MAX_BYTES = 1_000_000  # a feed reader's limit for a whole feed is 900 KB; an alert with polygons has 50 KB
MAX_ELEMENTS = 20_000
MAX_DEPTH = 256  # libxml2's own bound; an alert nests five levels, its signature seven more
# Encodings in which the prolog's markup is the bytes of ASCII, so that it can be judged before any parser
# sees it: UTF-8 as everyone sends, and what Chinese systems still send.
_ENCODINGS = ("utf-8", "us-ascii", "ascii", "gb18030", "gbk", "gb2312")
_OTHER_MARKUP = 20_000  # comments, instructions and sections of character data beside the elements' two tags
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse(content: bytes, file: str | None = None) -> etree._Element:
    """The root element of an XML document of at most `MAX_BYTES` bytes and `MAX_ELEMENTS` elements.

    Raises `InputError`: XML_EMPTY, XML_TOO_LARGE, XML_TOO_DEEP, XML_ENCODING, XML_DTD_FORBIDDEN,
    XML_MALFORMED.
    """
    if not content.strip():
        raise InputError("XML_EMPTY", "XML 是空的", "the XML is empty", file)
    if len(content) > MAX_BYTES:
        raise InputError(
            "XML_TOO_LARGE", f"XML 超过 {MAX_BYTES} 字节", f"the XML is longer than {MAX_BYTES} bytes", file
        )
    encoding = _encoding(content, file)
    _check_prolog(content, file)
    if content.count(b"<") > 2 * MAX_ELEMENTS + _OTHER_MARKUP:  # before a tree of them takes memory
        raise _too_many(file)
    parser = etree.XMLParser(
        encoding=encoding,  # the one judged above, whatever a declaration may hide from our expression
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, LookupError) as error:
        line = getattr(error, "lineno", None)
        if "Excessive depth" in str(error):
            raise InputError(
                "XML_TOO_DEEP",
                f"XML 的元素嵌套超过 {MAX_DEPTH} 层",
                f"the XML nests deeper than {MAX_DEPTH} levels",
                file,
                line or None,
            ) from None
        reason = " ".join((getattr(error, "msg", None) or "unknown encoding").split())
        raise InputError(
            "XML_MALFORMED", "不是有效的 XML", f"not well-formed XML: {reason}", file, line or None
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _document_type(file)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise _too_many(file)
    return root


def _encoding(content: bytes, file: str | None) -> str:
    declared = _DECLARATION.match(content.removeprefix(_BYTE_ORDER_MARK).lstrip())
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if b"\0" in content[:4] or encoding not in _ENCODINGS:
        raise InputError(
            "XML_ENCODING",
            "XML 的编码应为 UTF-8（或 GB18030、GBK、GB2312）",
            "the XML must be in UTF-8 (or GB18030, GBK, GB2312)",
            file,
        )
    return encoding


def _check_prolog(content: bytes, file: str | None) -> None:
    """Refuse a document type before the parser meets it: its entities would be expanded while reading."""
    at = len(_BYTE_ORDER_MARK) if content.startswith(_BYTE_ORDER_MARK) else 0
    while True:
        while content[at : at + 1].isspace():
            at += 1
        if content.startswith(b"<!--", at):
            end = content.find(b"-->", at + 4)
            at = end + 3
        elif content.startswith(b"<?", at):
            end = content.find(b"?>", at + 2)
            at = end + 2
        elif content.startswith(b"<!", at):
            raise _document_type(file)
        else:
            return
        if end < 0:
            return  # an open comment or instruction: the parser names it


def _document_type(file: str | None) -> InputError:
    return InputError(
        "XML_DTD_FORBIDDEN",
        "XML 不得含有文档类型声明（DOCTYPE）或实体",
        "the XML must hold no document type (DOCTYPE) and no entities",
        file,
    )


def _too_many(file: str | None) -> InputError:
    return InputError(
        "XML_TOO_LARGE",
        f"XML 的元素超过 {MAX_ELEMENTS} 个",
        f"the XML holds more than {MAX_ELEMENTS} elements",
        file,
    )
