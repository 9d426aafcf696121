import pytest

from gateway.directory.dialling import link, shown


@pytest.mark.parametrize(
    ("value", "text", "dials"),
    [
        ("+8619900000001", "199 0000 0001", "tel:+8619900000001"),
        ("+8637167180000;ext=802", "0371-67180000 转 802", "tel:+8637167180000,802"),
        ("+861088880000", "010-88880000", "tel:+861088880000"),
        ("+864001234567", "400-123-4567", "tel:4001234567"),
        ("+85291234567", "+85291234567", "tel:+85291234567"),
    ],
)
def test_a_number_is_shown_and_dialled_as_at_home(value: str, text: str, dials: str) -> None:
    assert (shown(value), link(value)) == (text, dials)
