"""The dialect of the 12379 platform."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from gateway.errors import InputError
from gateway.exchange.model import Alert, Authority, Circle, Point
from gateway.exchange.national import NAMESPACE, write
from gateway.exchange.places import outline
from tests.exchange.messages import AUTHORITY, alert_of
from tests.notices.plans import DECIDED, STEPS, packaged

OFFICE = "郑州市生态环境保护委员会污染防治攻坚办公室"


def fields(alert: Alert, authority: Authority = AUTHORITY) -> dict[str, str]:
    """The leaves of the message by name; the later of two counts."""
    root = etree.fromstring(write(alert, authority))
    return {etree.QName(leaf).localname: leaf.text or "" for leaf in root.iter() if not len(leaf)}


def test_an_issue_has_the_elements_of_the_dialect_in_their_order() -> None:
    root = etree.fromstring(write(alert_of("issue orange"), AUTHORITY))
    assert root.tag == f"{{{NAMESPACE}}}alert"
    names = [etree.QName(each).localname for each in root]
    assert names == [
        *("identifier", "sender", "senderCode", "sendTime", "status", "msgType", "scope", "code"),
        *("secClassification", "info"),
    ]
    info = [etree.QName(each).localname for each in root[-1]]
    assert info == [
        *("language", "eventType", "urgency", "severity", "certainty", "effective", "onset", "expires"),
        *("senderName", "headline", "description", "instruction", "web", "area"),
    ]


@pytest.mark.parametrize(
    ("step", "kind", "severity", "headline"),
    [
        ("issue orange", "Alert", "Orange", "发布重污染天气橙色预警"),
        ("raise yellow to red", "Update", "Red", "发布重污染天气红色预警"),
        ("extend yellow", "Update", "Yellow", "发布重污染天气黄色预警"),
        ("correct orange", "Update", "Orange", "发布重污染天气橙色预警"),
        ("lift orange", "Cancel", "Orange", "解除重污染天气橙色预警"),
        ("retract red", "Cancel", "Red", "解除重污染天气红色预警"),
        ("hint red", "Alert", "Unknown", "发布重污染天气提示"),
        ("tip", "Alert", "Unknown", "发布重污染天气提示"),
        ("lift a hint", "Cancel", "Unknown", "解除重污染天气预警"),
    ],
)
def test_colour_and_headline_are_those_of_the_platform(
    step: str, kind: str, severity: str, headline: str
) -> None:
    said = fields(alert_of(step))
    assert (said["msgType"], said["severity"]) == (kind, severity)
    assert said["headline"] == f"{OFFICE}{headline}"


def test_times_codes_and_references_are_written_as_the_platform_wants_them() -> None:
    authority = Authority(organisation="416", extension="07")
    said = fields(alert_of("lift orange", authority=authority), authority)
    assert said["identifier"] == "41010041600007_20240108080000_1"
    assert said["senderCode"] == "41010041600007"
    assert said["sendTime"] == "2024-01-08 08:00:00+08:00"
    assert said["references"] == "41010041600007_20240107120000_1"
    assert (said["eventType"], said["geocode"]) == ("12Q02", "410100")
    assert (said["urgency"], said["certainty"], said["secClassification"]) == ("Unknown", "Unknown", "None")
    assert said["note"]


def test_every_later_message_names_the_first_of_its_event() -> None:
    first = alert_of("issue yellow", sent=DECIDED)
    second = alert_of("raise yellow to red", earlier=[first])
    third = alert_of("extend red", earlier=[first, second])
    assert "references" not in fields(first)
    assert fields(third)["references"] == first.identifier


def test_means_carry_the_sms_and_their_group() -> None:
    alert = alert_of("issue orange")
    authority = replace(AUTHORITY, methods=(("SMS", "G01002"), ("LED", "")))
    root = etree.fromstring(write(alert, authority))
    means = [[leaf.text for leaf in each] for each in root.iter(f"{{{NAMESPACE}}}method")]
    sms = alert.infos[0].parameter("smsText")
    assert means == [["SMS", sms, "G01002"], ["LED", sms]]


@pytest.mark.parametrize("test", [False, True])
def test_what_is_not_real_is_a_test_to_the_platform(test: bool) -> None:
    said = fields(alert_of("issue red", exercise=True, test=test))
    assert said["status"] == "Test"
    assert said["headline"].startswith("【演练】")
    assert "演练：" in said["message"]


def test_an_all_clear_is_a_cancel_to_the_platform() -> None:
    authority = Authority(lift_as="all_clear")
    assert fields(alert_of("lift orange", authority=authority), authority)["msgType"] == "Cancel"


def test_a_lift_of_a_part_tells_of_the_warning_that_stands_and_its_areas() -> None:
    standing = STEPS["issue orange"].decision(
        packaged("zhengzhou"), area=["410102", "410103"], starts_at=DECIDED
    )
    said = fields(alert_of("lift orange", starts_at=DECIDED, area=["410105"], standing=standing))
    assert (said["msgType"], said["severity"]) == ("Update", "Orange")
    assert (said["geocode"], said["areaDesc"]) == ("410102,410103", "郑州市中原区、郑州市二七区")
    assert "解除" in said["description"]
    assert "橙色预警：郑州市中原区" in said["message"]


def test_a_lift_for_later_tells_of_the_lift_and_not_of_the_warning_once_more() -> None:
    standing = STEPS["issue orange"].decision(packaged("zhengzhou"), starts_at=DECIDED)
    later = DECIDED + timedelta(hours=15)
    said = fields(alert_of("lift orange", standing=standing, starts_at=later))
    assert (said["msgType"], said["severity"]) == ("Update", "Orange")
    assert "预警解除：郑州市" in said["message"]
    assert said["headline"].endswith("发布重污染天气橙色预警")


def test_an_area_without_a_code_is_refused_rather_than_widened_or_dropped() -> None:
    alert = alert_of("issue orange", area=["410105", "410100A2"])
    with pytest.raises(InputError, match="郑东新区") as raised:
        write(alert, AUTHORITY)
    assert raised.value.code == "NATIONAL_AREA_WITHOUT_CODE"
    authority = Authority(divisions=(("410100A2", "410104000000"),))
    coded = alert_of("issue orange", authority=authority, area=["410105", "410100A2"])
    assert fields(coded, authority)["geocode"] == "410105,410104000000"


def test_an_outline_stands_beside_the_codes() -> None:
    given = outline("34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6", "wgs84", "410100")
    authority = Authority(polygons=(("410100", given),))
    said = fields(alert_of("issue orange", authority=authority), authority)
    assert said["polygon"] == "34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6"


def test_a_circle_has_its_radius_in_metres() -> None:
    alert = alert_of("issue orange")
    chinese = alert.infos[0]
    area = replace(chinese.areas[0], circles=(Circle(Point(34.7, 113.6), 12.5),))
    circled = replace(alert, infos=(replace(chinese, areas=(area,)),))
    assert fields(circled)["circle"] == "34.7,113.6 12500"


def test_only_a_message_with_such_an_identifier_and_in_chinese_can_be_written() -> None:
    alert = alert_of("issue orange")
    for wrong, code in (
        (replace(alert, identifier="other"), "NATIONAL_IDENTIFIER"),
        (replace(alert, infos=alert.infos[1:]), "NATIONAL_NOT_CHINESE"),
    ):
        with pytest.raises(InputError) as raised:
            write(wrong, AUTHORITY)
        assert raised.value.code == code
