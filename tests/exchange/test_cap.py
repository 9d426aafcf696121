"""CAP 1.2 as XML, and back."""

from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import InputError
from gateway.exchange import cap, payload_json
from gateway.exchange.model import Alert, Area, Circle, Info, Named, Point, Reference, Resource
from tests.exchange.messages import alert_of

SAMPLES = Path(__file__).parents[3] / "shared" / "conformance" / "cap-samples"
READABLE = (
    "oasis-a1.xml",
    "oasis-a3.xml",
    "oasis-a4.xml",
    "ipaws-5e6dd9de023f1930ef6548d9.xml",
    "ipaws-5e7e0fc5023f1930efcf3deb.xml",
    "noaa-PAAQ-4-mg5a94.xml",
    "cps-ph.cap",
    "cps-iceland_met_office.cap",
    "cps-taiwan.cap",
    "cps-canada_signed.cap",
    "wis2box-sc_example.xml",
)
CORNER = Point(34.7, 113.6)
# Every element of the standard, with one that repeats wherever one may.
FULL = Alert(
    identifier="a-1",
    sender="office.example",
    sent="2024-01-08T08:00:00+08:00",
    status="Exercise",
    message_type="Update",
    source="desk",
    scope="Restricted",
    restriction="members",
    addresses='one "two three"',
    codes=("profile:1", "profile:2"),
    note="演练 <1> & 2",
    references=(
        Reference("office.example", "a-0", "2024-01-07T08:00:00-00:00"),
        Reference("office.example", "a-00", "2024-01-06T08:00:00+08:00"),
    ),
    incidents="a-00",
    infos=(
        Info(
            language="zh-CN",
            categories=("Env", "Health"),
            event="重污染天气",
            response_types=("Avoid", "Prepare"),
            urgency="Immediate",
            severity="Severe",
            certainty="Observed",
            audience="公众",
            event_codes=(Named("cn:eventType", "12Q02"), Named("other", "1272")),
            effective="2024-01-08T08:00:00+08:00",
            onset="2024-01-08T09:00:00+08:00",
            expires="2024-01-09T08:00:00+08:00",
            sender_name="某办",
            headline="标题",
            description="第一行\n第二行",
            instruction="1. 留在室内。",
            web="https://example.cn/1",
            contact="0371-00000000",
            parameters=(Named("smsText", "【某办】文"),),
            resources=(Resource("图", "image/png", "10", "https://example.cn/1.png", "AAAA", "0a"),),
            areas=(
                Area(
                    "某市",
                    polygons=((CORNER, Point(34.9, 113.6), Point(34.9, 113.812345), CORNER),),
                    circles=(Circle(CORNER, 12.5),),
                    geocodes=(Named("GB/T 2260", "410100"),),
                    altitude="100",
                    ceiling="200",
                ),
            ),
        ),
        Info(("Env",), "smog", "Unknown", "Unknown", "Unknown"),
    ),
)


def document(alert: str = "", info: str = "") -> bytes:
    """A CAP message with further elements."""
    block = (
        f"<info><category>Env</category><event>e</event><urgency>Past</urgency>"
        f"<severity>Minor</severity><certainty>Likely</certainty>{info}</info>"
    )
    return (
        f'<alert xmlns="{cap.NAMESPACE}"><identifier>a</identifier><sender>s</sender>'
        f"<sent>2024-01-08T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType>"
        f"<scope>Public</scope>{alert}{block if info else ''}</alert>"
    ).encode()


def test_everything_that_the_standard_knows_reads_back_as_it_was() -> None:
    assert cap.read(cap.write(FULL)) == FULL
    assert payload_json.read(payload_json.write(FULL)) == FULL


def test_elements_stand_in_the_order_of_the_standard() -> None:
    root = etree.fromstring(cap.write(FULL))
    assert [etree.QName(each).localname for each in root] == [
        *("identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction", "addresses"),
        *("code", "code", "note", "references", "incidents", "info", "info"),
    ]
    assert [etree.QName(each).localname for each in root[-2]] == [
        *("language", "category", "category", "event", "responseType", "responseType", "urgency", "severity"),
        *("certainty", "audience", "eventCode", "eventCode", "effective", "onset", "expires", "senderName"),
        *("headline", "description", "instruction", "web", "contact", "parameter", "resource", "area"),
    ]


def test_the_official_schema_accepts_everything_that_is_written() -> None:
    schema = SAMPLES.parent / "CAP-v1.2.xsd"
    if not schema.is_file():
        pytest.skip(f"the official schema is not here: {schema}")
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(cap.write(FULL)))


def test_a_reference_is_written_as_its_message_wrote_itself() -> None:
    text = etree.fromstring(cap.write(FULL)).findtext(f"{{{cap.NAMESPACE}}}references")
    assert text == (
        "office.example,a-0,2024-01-07T08:00:00-00:00 office.example,a-00,2024-01-06T08:00:00+08:00"
    )


def test_a_point_has_its_latitude_first_and_no_exponent() -> None:
    written = cap.write(FULL).decode()
    assert "<polygon>34.7,113.6 34.9,113.6 34.9,113.812345 34.7,113.6</polygon>" in written
    assert "<circle>34.7,113.6 12.5</circle>" in written
    tiny = Area("x", circles=(Circle(Point(0.000001, -0.0000004), 0.000001),))
    info = Info(("Env",), "e", "Past", "Minor", "Likely", areas=(tiny,))
    alert = Alert("a", "s", "2024-01-08T08:00:00+08:00", "Actual", "Alert", "Public", infos=(info,))
    assert b"<circle>0.000001,0 0.000001</circle>" in cap.write(alert)
    assert cap.read(cap.write(alert)) == alert


def test_nothing_empty_is_written() -> None:
    for element in etree.fromstring(cap.write(alert_of("issue orange"))).iter():
        assert len(element) or (element.text or "").strip()


@pytest.mark.parametrize("name", READABLE)
def test_messages_of_other_countries_read_back_as_they_were(name: str) -> None:
    sample = SAMPLES / name
    if not sample.is_file():
        pytest.skip(f"the samples are not here: {SAMPLES}")
    alert = cap.read(sample.read_bytes(), name)
    assert alert.identifier
    assert cap.read(cap.write(alert)) == alert
    assert payload_json.read(payload_json.write(alert)) == alert


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"<alert/>", "ALERT_NOT_CAP", "root"),
        (b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>', "ALERT_NOT_CAP", "root"),
        (document().replace(b"<scope>Public</scope>", b""), "ALERT_ELEMENT_MISSING", "scope"),
        (document("<note>1</note><note>2</note>"), "ALERT_ELEMENT_REPEATED", "note"),
        (document().replace(b"Actual", b"actual"), "ALERT_VALUE", "status"),
        (document().replace(b"08:00:00+08:00", b"24:00:00+08:00"), "ALERT_VALUE", "sent"),
        (document().replace(b"08:00:00+08:00", b"08:00:00Z"), "ALERT_VALUE", "sent"),
        (document("<references>a,b</references>"), "ALERT_VALUE", "references"),
        (
            document(info="<area><areaDesc>x</areaDesc><polygon>1,2 3,4</polygon></area>"),
            "ALERT_VALUE",
            "polygon",
        ),
        (
            document(info="<area><areaDesc>x</areaDesc><circle>113.6,34.7 nan</circle></area>"),
            "ALERT_VALUE",
            "circle",
        ),
        (document(info="<expires>2024-02-30T00:00:00+08:00</expires>"), "ALERT_VALUE", "expires"),
    ],
)
def test_what_cannot_be_read_is_one_error_that_names_it(content: bytes, code: str, words: str) -> None:
    with pytest.raises(InputError) as raised:
        cap.read(content, "order.xml")
    assert (raised.value.code, raised.value.file) == (code, "order.xml")
    assert words in raised.value.message_en


def test_what_surrounds_a_value_does_not_count() -> None:
    spaced = document("<references> s,b,2024-01-07T08:00:00+08:00\n <!-- x --> </references>")
    assert cap.read(spaced).references == (Reference("s", "b", "2024-01-07T08:00:00+08:00"),)
    assert cap.read(document("<references/>")).references == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[]", "ALERT_VALUE"),
        (b"{", "DOCUMENT_MALFORMED"),
        (b"{}", "ALERT_ELEMENT_MISSING"),
        (payload_json.write(FULL).replace(b'"Exercise"', b'"Drill"'), "ALERT_VALUE"),
        (payload_json.write(FULL).replace(b'"sender":', b'"sendr":'), "ALERT_VALUE"),
        (payload_json.write(FULL).replace(b'"a-1"', b"1"), "ALERT_VALUE"),
        (payload_json.write(FULL).replace(b'"\xe6\x9f\x90\xe5\x8a\x9e"', b'""'), "ALERT_VALUE"),
    ],
)
def test_json_that_is_no_alert_is_one_error(content: bytes, code: str) -> None:
    with pytest.raises(InputError) as raised:
        payload_json.read(content, "order.json")
    assert raised.value.code == code
