"""The reader of XML from outside."""

from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import InputError
from gateway.exchange.xml import MAX_BYTES, MAX_ELEMENTS, parse


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "XML_EMPTY"),
        (b" \n", "XML_EMPTY"),
        (b"<a", "XML_MALFORMED"),
        (b"<a>&b;</a>", "XML_MALFORMED"),
        (b"<!-- open", "XML_MALFORMED"),
        (b"<a>\xff</a>", "XML_MALFORMED"),
        (b"<a>" * 300 + b"</a>" * 300, "XML_TOO_DEEP"),
        ("<a/>".encode("utf-16"), "XML_ENCODING"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "XML_ENCODING"),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", "XML_ENCODING"),
        (b"<!DOCTYPE a><a/>", "XML_DTD_FORBIDDEN"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML_DTD_FORBIDDEN"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!-- x --><!DOCTYPE a><a/>', "XML_DTD_FORBIDDEN"),
        (b"<a>" + b"x" * MAX_BYTES + b"</a>", "XML_TOO_LARGE"),
        (b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", "XML_TOO_LARGE"),
    ],
)
def test_what_could_harm_or_cannot_be_read_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as raised:
        parse(content, "order.xml")
    assert raised.value.code == code
    assert raised.value.file == "order.xml"


def test_an_entity_that_names_a_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with pytest.raises(InputError, match="DOCTYPE"):
        parse(f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]><a>&b;</a>'.encode())


def test_a_fault_names_its_line() -> None:
    with pytest.raises(InputError) as raised:
        parse(b"<a>\n<b>\n</a>")
    assert raised.value.line == 3


def test_what_stands_in_an_element_is_no_document_type() -> None:
    assert parse(b"<a><!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>").xpath("string()") == "<!DOCTYPE a>"


def test_chinese_in_the_encodings_of_chinese_systems_is_read() -> None:
    for encoding in ("UTF-8", "GBK", "GB18030"):
        content = f'<?xml version="1.0" encoding="{encoding}"?><a>重污染天气</a>'.encode(encoding)
        assert parse(content).text == "重污染天气"


def test_white_space_and_comments_stay_as_a_signature_needs_them() -> None:
    content = b"<a>\n  <b/> <!-- c -->\n</a>"
    assert etree.tostring(parse(content)) == content
