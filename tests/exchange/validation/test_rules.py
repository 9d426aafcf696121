"""What the validation says of one change to a faultless alert."""

from datetime import UTC, datetime

import pytest

from gateway.exchange.validation.fault import MAX_FAULTS
from gateway.exchange.validation.validate import Validation, validate
from tests.exchange.samples import ALERT, NATIONAL, changed

NOW = datetime(2024, 1, 8, 1, 0, tzinfo=UTC)  # an hour after it was sent
PAIR = "<parameter><valueName>cn:alertLevel</valueName><value>橙色</value></parameter>"
AREA = ALERT[ALERT.index("    <area>") : ALERT.index("  </info>")]
INFO = ALERT[ALERT.index("  <info>") : ALERT.index("</alert>")]
ENGLISH = INFO.replace("zh-CN", "en-US").replace("重污染天气", "Heavy air pollution")
SIGNATURE = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{}</ds:Signature></alert>'


def codes(found: Validation) -> list[tuple[str, str]]:
    return [(fault.severity[0], fault.code) for fault in found.faults]


def test_a_faultless_alert_of_either_dialect_has_no_fault() -> None:
    assert validate(ALERT.encode(), NOW) == Validation("cap-1.2", (), 0)
    assert validate(NATIONAL.encode(), NOW) == Validation("national", (), 0)
    both = ALERT.replace("</alert>", ENGLISH + "</alert>")
    assert validate(both.encode(), NOW).faults == ()


def error(old: str, new: str, code: str) -> tuple[str, str, list[tuple[str, str]]]:
    return old, new, [("e", code)]


def mixed(old: str, new: str, *expected: str) -> tuple[str, str, list[tuple[str, str]]]:
    return old, new, [(each[0], each[2:]) for each in expected]


def warning(old: str, new: str, code: str) -> tuple[str, str, list[tuple[str, str]]]:
    return old, new, [("w", code)]


SENT = "<sent>2024-01-08T08:00:00+08:00</sent>"
REFERENCES = "<references>warning@example.gov.cn,cn-410100-0000,2024-01-07T08:00:00+08:00</references>"
POLYGON = "34.7,113.6 34.8,113.6 34.8,113.7 34.7,113.6</polygon>"

CHANGES = [
    # structure
    error("<scope>Public</scope>", "", "ELEMENT_MISSING"),
    mixed("  <info>", "<status>Actual</status><info>", "e:ELEMENT_ORDER", "e:ELEMENT_REPEATED"),
    mixed("<event>", "<event/><event>", "e:ELEMENT_EMPTY", "e:ELEMENT_REPEATED"),
    error("<headline>", "<senderName>x</senderName><headline>", "ELEMENT_REPEATED"),
    mixed(
        "<contact>值班室</contact>",
        "<contact>值班室</contact><web>https://a.cn</web>",
        "e:ELEMENT_ORDER",
        "e:ELEMENT_REPEATED",
    ),
    error("<instruction>", "<extension/><instruction>", "ELEMENT_UNKNOWN"),
    error("<senderName>", '<senderName xml:lang="zh">', "ATTRIBUTE_UNKNOWN"),
    error("<area>", "<area>text", "TEXT_STRAY"),
    error("<headline>", "<headline><b/>", "CONTENT_NOT_TEXT"),
    error("Actual</status>", "actual</status>", "VALUE_NOT_IN_LIST"),
    error("Actual</status>", " Actual</status>", "VALUE_NOT_IN_LIST"),
    error("<certainty>Likely", "<certainty>Very Likely", "VALUE_NOT_IN_LIST"),
    error("<language>zh-CN", "<language>zh_CN", "LANGUAGE_MALFORMED"),
    error("<web>https://example.gov.cn/a?b=1", "<web>https://example.gov.cn/a b", "URI_MALFORMED"),
    error("<size>5", "<size>5 kB", "NUMBER_MALFORMED"),
    error("<altitude>0", "<altitude>1e3", "NUMBER_MALFORMED"),
    error("<areaDesc>示例市", "<areaDesc> ", "ELEMENT_EMPTY"),
    warning("<contact>值班室", "<contact>", "ELEMENT_EMPTY"),
    # identity and references
    error("<identifier>cn-410100-0001", "<identifier>cn 410100", "IDENTIFIER_CHARACTERS"),
    error("<identifier>cn-410100-0001", "<identifier>a,b", "IDENTIFIER_CHARACTERS"),
    error("<sender>warning@", "<sender>warning&amp;", "SENDER_CHARACTERS"),
    error("<sender>warning@", "<sender>warning&lt;", "SENDER_CHARACTERS"),
    error(REFERENCES, "", "REFERENCES_MISSING"),
    error(REFERENCES, "<references>cn-410100-0000</references>", "REFERENCES_MALFORMED"),
    error("0000,2024-01-07T08:00:00+08:00", "0000,2024-01-07T00:00:00Z", "REFERENCES_MALFORMED"),
    error("gov.cn,cn-410100-0000,", "gov.cn,,", "REFERENCES_MALFORMED"),
    error("gov.cn,cn-410100-0000,", "gov.cn,cn-410100-0001,", "REFERENCES_ITSELF"),
    warning("0000,2024-01-07", "0000,2024-01-09", "REFERENCES_LATER"),
    warning(REFERENCES, f"{REFERENCES[:-13]} {REFERENCES[12:]}", "REFERENCES_REPEATED"),
    warning("<msgType>Update", "<msgType>Alert", "REFERENCES_UNEXPECTED"),
    # the message
    error("<scope>Public", "<scope>Restricted", "RESTRICTION_MISSING"),
    error("<scope>Public", "<scope>Private", "ADDRESSES_MISSING"),
    warning("</scope>", "</scope><restriction>x</restriction>", "RESTRICTION_UNEXPECTED"),
    warning("<msgType>Update", "<msgType>Error", "NOTE_MISSING"),
    warning("<status>Actual", "<status>Exercise", "NOTE_MISSING"),
    warning("<status>Actual", "<status>Draft", "STATUS_DRAFT"),
    mixed(SENT, SENT.replace("T08", "T09").replace("00:00+", "06:00+"), "w:SENT_IN_FUTURE"),
    warning(INFO, "", "INFO_MISSING"),
    # times
    mixed(
        "<expires>2024-01-13",
        "<expires>2024-01-07",
        "e:EXPIRES_TOO_EARLY",
        "e:ONSET_AFTER_EXPIRES",
        "w:EXPIRED",
    ),
    error("<onset>2024-01-10", "<onset>2024-01-14", "ONSET_AFTER_EXPIRES"),
    warning("<effective>2024-01-08T08", "<effective>2024-01-13T12", "EXPIRES_AT_ONCE"),
    warning("<expires>2024-01-13T12:00:00+08:00</expires>", "", "EXPIRES_MISSING"),
    # words and codes
    warning("<language>zh-CN</language>", "", "LANGUAGE_MISSING"),
    warning("<headline>", "<headline>" + "长" * 160, "HEADLINE_LONG"),
    warning("<description>", "<description>&lt;br/&gt;", "TEXT_MARKUP"),
    warning("<description>", "<description>&amp;nbsp;", "TEXT_MARKUP"),
    warning(PAIR, PAIR + PAIR, "PAIR_REPEATED"),
    mixed(PAIR, PAIR + PAIR.replace("橙", "红"), "w:VALUENAME_REPEATED", "w:COLOUR_DIFFERS"),
    warning("<value>12Q02", "<value>11B19", "EVENT_CODE_HAZE"),
    warning("<value>橙色", "<value>红色", "COLOUR_DIFFERS"),
    warning(
        PAIR, PAIR + PAIR.replace("cn:alertLevel", "smsTextShort").replace("橙色", "霾" * 71), "SMS_TOO_LONG"
    ),
    warning("</alert>", ENGLISH.replace("Likely", "Observed") + "</alert>", "LANGUAGES_DISAGREE"),
    warning("</alert>", ENGLISH.replace("410100", "410102") + "</alert>", "LANGUAGES_DISAGREE"),
    warning("</alert>", ENGLISH.replace("2024-01-13", "2024-01-14") + "</alert>", "LANGUAGES_DISAGREE"),
    # areas
    warning(AREA, "", "AREA_MISSING"),
    warning(AREA, "<area><areaDesc>x</areaDesc></area>", "AREA_WITHOUT_PLACE"),
    error(POLYGON, "34.7,113.6 34.8,113.6 34.8,113.7 34.7,113.7</polygon>", "POLYGON_OPEN"),
    error(POLYGON, "34.7,113.6 34.8,113.6 34.7,113.6</polygon>", "POLYGON_SHORT"),
    error(POLYGON, "34.7 113.6 34.8 113.6</polygon>", "POLYGON_MALFORMED"),
    error(POLYGON, "nan,113.6 34.8,113.6</polygon>", "POLYGON_MALFORMED"),
    error(POLYGON, "34.7,113.6 1e1,113.6 34.8,113.7 34.7,113.6</polygon>", "POLYGON_MALFORMED"),
    error("113.6 34.8,113.6", "113.6 91,113.6", "POINT_OUT_OF_RANGE"),
    error("113.6 34.8,113.6", "113.6 34.8,181", "POINT_OUT_OF_RANGE"),
    error(POLYGON, "113.6,34.7 113.6,34.8 113.7,34.8 113.6,34.7</polygon>", "POINT_OUT_OF_RANGE"),
    warning(POLYGON, "75.9,39.4 75.9,39.5 76.0,39.5 75.9,39.4</polygon>", "POINT_SWAPPED"),
    error("34.7,113.6 12.5", "34.7,113.6", "CIRCLE_MALFORMED"),
    error("34.7,113.6 12.5", "34.7,113.6 -1", "CIRCLE_MALFORMED"),
    error("34.7,113.6 12.5", "34.7,113.6 30000", "CIRCLE_TOO_LARGE"),
    warning("34.7,113.6 12.5", "34.7,113.6 12500", "CIRCLE_METRES"),
    error("<altitude>0</altitude>", "", "CEILING_WITHOUT_ALTITUDE"),
    warning("<altitude>0", "<altitude>2000", "CEILING_TOO_LOW"),
    # resources and links
    error("<derefUri>aGVsbG8=", "<derefUri>hello!", "DEREF_NOT_BASE64"),
    error("<derefUri>aGVsbG8=", "<derefUri>SEVMTE8=", "DIGEST_DIFFERS"),
    warning("<size>5", "<size>6", "SIZE_DIFFERS"),
    warning("<digest>aaf4", "<digest>", "DIGEST_MALFORMED"),
    warning("<mimeType>image/png", "<mimeType>picture", "MIME_MALFORMED"),
    error("<uri>https://example.gov.cn/map.png", "<uri>file:///etc/passwd", "URI_UNSAFE"),
    error("<web>https://example.gov.cn/a?b=1", "<web>JavaScript:alert(1)", "URI_UNSAFE"),
    warning("<web>https://example.gov.cn/a?b=1", "<web>www.example.gov.cn", "URI_RELATIVE"),
    # signatures, as far as they can be seen
    warning("</alert>", SIGNATURE.format("..."), "SIGNATURE_MALFORMED"),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES, ids=lambda each: str(each)[:40])
def test_a_change_is_named_by_its_own_code_and_nothing_else_is(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    found = validate(changed(ALERT, old, new), NOW)
    assert sorted(codes(found)) == sorted(expected)
    assert found.valid is all(severity == "w" for severity, _ in expected)
    for fault in found.faults:
        assert fault.message != fault.message_en
        assert fault.line is not None
        assert fault.path is not None
        assert fault.path.startswith("alert")


@pytest.mark.parametrize(
    "written",
    [
        "2024-01-08T00:00:00Z",
        "2024-01-08T08:00:00",
        "2024-01-08T08:00:00.5+08:00",
        "2024-01-08T08:00:00+0800",
        "2024-01-08 08:00:00+08:00",
        "2024-01-08T08:00:00,08:00",
        "2024-01-08T24:00:00+08:00",
        "2024-02-30T08:00:00+08:00",
        "2024-01-08T08:00:60+08:00",
        "2024-01-08T08:00:00+14:01",
        "2024-01-08T08:00:00+08:60",
        "0000-01-08T08:00:00+08:00",
        "２024-01-08T08:00:00+08:00",
        "",
    ],
)
def test_only_the_standards_form_of_a_time_is_taken(written: str) -> None:
    found = validate(changed(ALERT, "<onset>2024-01-10T12:00:00+08:00", f"<onset>{written}"))
    assert ("e", "TIME_MALFORMED") in codes(found)


@pytest.mark.parametrize("written", ["2024-01-08T08:00:00-00:00", "2024-01-08T08:00:00+14:00"])
def test_other_offsets_are_good(written: str) -> None:
    assert validate(changed(ALERT, "<onset>2024-01-10T12:00:00+08:00", f"<onset>{written}")).valid


NATIONAL_CHANGES = [
    error("41010041600000_20240108080000_1<", "41010041600000_2024<", "NATIONAL_IDENTIFIER_MALFORMED"),
    mixed(
        "41010041600000</senderCode>",
        "4101</senderCode>",
        "e:NATIONAL_UNIT_DIFFERS",
        "e:NATIONAL_UNIT_MALFORMED",
    ),
    error("41010041600000</senderCode>", "41010041600001</senderCode>", "NATIONAL_UNIT_DIFFERS"),
    error("<sendTime>2024-01-08 ", "<sendTime>2024-01-08T", "TIME_MALFORMED"),
    error("<severity>Orange", "<severity>Severe", "VALUE_NOT_IN_LIST"),
    error("<eventType>12Q02", "<eventType>霾", "NATIONAL_EVENT_MALFORMED"),
    error("410100,410102", "410100 410102", "NATIONAL_GEOCODE_MALFORMED"),
    error("<msgType>Alert", "<msgType>Update", "REFERENCES_MISSING"),
    error("<methodName>SMS</methodName>", "", "ELEMENT_MISSING"),
    error("<circle>34.7,113.6 12500", "<circle>34.7;113.6 12500", "CIRCLE_MALFORMED"),
    mixed("<expires>2024-01-13", "<expires>2024-01-07", "e:EXPIRES_TOO_EARLY", "w:EXPIRED"),
    warning("<eventType>12Q02", "<eventType>11B19", "EVENT_CODE_HAZE"),
    warning("重污染天气橙色预警", "重污染天气红色预警", "NATIONAL_HEADLINE"),
    warning("<status>Actual", "<status>Exercise", "NATIONAL_VALUE_RESERVED"),
]


@pytest.mark.parametrize(("old", "new", "expected"), NATIONAL_CHANGES, ids=lambda each: str(each)[:40])
def test_the_national_dialect_has_a_table_of_its_own(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert sorted(codes(validate(changed(NATIONAL, old, new), NOW))) == sorted(expected)


def test_a_national_lift_names_the_first_message_and_why() -> None:
    lift = NATIONAL.replace("<msgType>Alert", "<msgType>Cancel").replace("市气象局发布", "市气象局解除")
    named = lift.replace("<references/>", "<references>41010041600000_20240107080000</references>")
    assert codes(validate(named.encode(), NOW)) == [("w", "NOTE_MISSING")]
    assert validate(named.replace("<note/>", "<note>好转</note>").encode(), NOW).faults == ()


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (ALERT.replace("cap:1.2", "cap:1.1"), "cap-1.1", "CAP_VERSION_OLD"),
        (
            ALERT.replace("urn:oasis:names:tc:emergency:cap:1.2", "http://www.incident.com/cap/1.0"),
            "cap-1.0",
            "CAP_VERSION_OLD",
        ),
        (ALERT.replace("cap:1.2", "cap:1.3"), "unknown", "NAMESPACE_UNKNOWN"),
        ("<alert/>", "unknown", "NAMESPACE_UNKNOWN"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "feed", "WRAPPED_FEED"),
        ('<rss version="2.0"/>', "feed", "WRAPPED_FEED"),
        (
            '<EDXLDistribution xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0"/>',
            "wrapper",
            "WRAPPED_ALERT",
        ),
        (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
            "wrapper",
            "WRAPPED_ALERT",
        ),
        ("<html/>", "unknown", "NOT_AN_ALERT"),
        ("no xml", None, "XML_MALFORMED"),
        ("<!DOCTYPE alert><alert/>", None, "XML_DTD_FORBIDDEN"),
    ],
)
def test_what_is_no_alert_is_told_what_it_is(content: str, kind: str | None, code: str) -> None:
    found = validate(content.encode())
    assert (found.kind, codes(found)) == (kind, [("e", code)])


def test_signatures_that_consumers_refuse_are_warned_of() -> None:
    whole = (
        "<ds:SignedInfo><ds:SignatureMethod Algorithm='http://www.w3.org/2000/09/xmldsig#rsa-sha1'/>"
        "</ds:SignedInfo><ds:SignatureValue>x</ds:SignatureValue>"
    )
    weak = changed(ALERT, "</alert>", SIGNATURE.format(whole))
    assert codes(validate(weak, NOW)) == [("w", "SIGNATURE_WEAK")]
    strong = SIGNATURE.format(whole.replace("rsa-sha1", "rsa-sha256"))
    twice = changed(ALERT, "</alert>", strong.replace("</alert>", "") + strong)
    assert codes(validate(twice, NOW)) == [("w", "SIGNATURE_REPEATED")]


def test_an_element_after_the_signature_is_in_the_wrong_place() -> None:
    after = SIGNATURE.format("...").replace("</alert>", INFO + "</alert>")
    found = validate(changed(ALERT, INFO + "</alert>", after), NOW)
    assert ("e", "ELEMENT_ORDER") in codes(found)


def test_a_value_broken_by_a_comment_is_read_whole() -> None:
    assert validate(changed(ALERT, "Actual<", "Act<!-- x -->ual<"), NOW).faults == ()
    hidden = validate(changed(ALERT, "Actual<", "Actual<!-- x -->ly<"), NOW)
    assert codes(hidden) == [("e", "VALUE_NOT_IN_LIST")]


def test_a_fault_stands_at_its_line_and_path() -> None:
    (fault,) = validate(changed(ALERT, "113.6 34.8,113.6", "113.6 91,113.6"), NOW).faults
    assert fault.path == "alert/info[1]/area[1]/polygon[1]"
    assert fault.line == 1 + ALERT[: ALERT.index("<polygon>")].count("\n")


def test_faults_without_end_are_counted_and_not_listed() -> None:
    found = validate(changed(ALERT, "<event>", "<no/>" * 5000 + "<event>"), NOW)
    assert len(found.faults) == MAX_FAULTS
    assert (found.errors, found.omitted) == (5000, 5000 - MAX_FAULTS)
