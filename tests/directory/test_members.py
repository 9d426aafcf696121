"""Members of WeCom in lists: they are named by the user ids that the vendor knows them by."""

import pytest

from gateway.directory.importing import Options, read
from gateway.directory.masking import mask
from gateway.directory.model import Address
from gateway.directory.numbers import address
from tests.directory.files import AREAS, HEADER, row, table


def test_an_organisation_has_members_in_a_column_of_their_own() -> None:
    header = (*HEADER, "企业微信账号")
    (only,) = read(table([*row(), "ZhangSan；li.si@office"], header=header), AREAS).rows
    assert only.organisation is not None
    members = [each for each in only.organisation.addresses if each.kind == "wecom_user"]
    assert members == [Address("wecom_user", "zhangsan"), Address("wecom_user", "li.si@office")]
    assert Address("wecom", "学校一群") in only.organisation.addresses


def test_a_person_has_a_user_id() -> None:
    content = "编码,姓名,角色,手机,企业微信账号\nS-01,赵老师,负责人,19900000001,ZhaoLaoShi\n".encode()
    (entry,) = read(content, AREAS, options=Options(kind="contacts")).entries
    assert entry.everyone is not None
    assert [each.address for each in entry.everyone[0].addresses] == [
        Address("sms", "+8619900000001"),
        Address("wecom_user", "zhaolaoshi"),
    ]


@pytest.mark.parametrize("text", ["@all", "张三", "a|b", "a b", "-x", "x" * 65])
def test_what_is_no_user_id_is_refused(text: str) -> None:
    (only,) = read(table([*row(), text], header=(*HEADER, "企业微信账号")), AREAS).rows
    assert only.organisation is None
    assert [fault.field for fault in only.faults] == ["wecom_user"]


def test_a_user_id_is_shown_masked() -> None:
    assert mask("wecom_user", address("wecom_user", "ZhangSan")) == "z*"
