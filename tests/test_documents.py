"""Reading documents: values, lines, and one clear error for whatever is wrong."""

import json
import re
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Literal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.documents import MAX_CHARACTERS, MAX_DEPTH, decode, parse, problems, read_model
from gateway.errors import InputError


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        parse(text, "plan.yaml")
    assert caught.value.file == "plan.yaml"
    assert re.search("[一-鿿]", caught.value.message)
    assert caught.value.message_en.isascii()
    return caught.value


def test_scalars_are_read_as_an_author_means_them() -> None:
    text = """
    time: 20:30
    answer: no
    day: 2024-01-10
    code: 0371
    exponent: 1e5
    identity: 410105199001011234
    quoted: "150"
    count: 150
    mean: 0.5
    below: -5
    yes: true
    empty:
    tilde: ~
    block: |
      一
      二
    """
    assert parse(text).data == {
        "time": "20:30",
        "answer": "no",
        "day": "2024-01-10",
        "code": "0371",
        "exponent": "1e5",
        "identity": "410105199001011234",
        "quoted": "150",
        "count": 150,
        "mean": 0.5,
        "below": -5,
        "yes": True,
        "empty": None,
        "tilde": None,
        "block": "一\n二\n",
    }


def test_json_is_read_as_json_and_not_as_yaml() -> None:
    text = '{"a\\u0062": "\\ud842\\udfb7\\/\\\\/\\n",\t"n":1e2, "list" :\n[-1.5,true,null,{}, []]\n}\n'
    assert parse(text).data == {"ab": "𠮷/\\/\n", "n": 100.0, "list": [-1.5, True, None, {}, []]}


def test_a_number_beyond_all_measure_stays_text() -> None:
    assert parse('{"a": 1e999}').data == {"a": "1e999"}
    assert parse(f"a: {'9' * 5000}").data == {"a": "9" * 5000}


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a: 1\nb:\n  - x\n  - c: 2\n", ("b", 1, "c"), 4),
        ("a: 1\nb:\n  - x\n", ("b", 0, "beyond", "that"), 3),
        ('{\n "a": 1,\n "b":\n [\n  {"c":\n 2}]}', ("b", 0, "c"), 5),
        ("\n\na: 1\n", (), 3),
    ],
)
def test_a_line_is_that_of_the_key_or_of_the_nearest_part_in_the_text(
    text: str, path: tuple[str | int, ...], line: int
) -> None:
    assert parse(text).line_of(path) == line


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "DOCUMENT_DUPLICATE_KEY", 3),
        ('{"a": {"b": 1,\n"b": 2}}', "DOCUMENT_DUPLICATE_KEY", 2),
        ('{"a": 1, "\\u0061": 2}', "DOCUMENT_DUPLICATE_KEY", 1),
        ("a: &x [1]\nb: *x\n", "DOCUMENT_MALFORMED", 2),
        ("a: &x k\n? *x\n: 1\n", "DOCUMENT_MALFORMED", 2),
        ("a: 1\nb: !!python/object/apply:os.system [id]\n", "DOCUMENT_MALFORMED", 2),
        ("a: !!int 5\n", "DOCUMENT_MALFORMED", 1),
        ("a: 1\n? [b]\n: 2\n", "DOCUMENT_MALFORMED", 2),
        ("a: 1\n---\nb: 2\n", "DOCUMENT_MALFORMED", 2),
        ("a: 1\n\tb: 2\n", "DOCUMENT_MALFORMED", 2),
        ("a: x: y\n", "DOCUMENT_MALFORMED", 1),
        ('a: 1\nb: "open\nc: 2\n', "DOCUMENT_MALFORMED", 2),
        ('{"a": 1\n', "DOCUMENT_MALFORMED", None),
        ('{"a": 1}\nb', "DOCUMENT_MALFORMED", 2),
        ("a: 1\nb: x\0y\n", "DOCUMENT_CHARACTER", 2),
        ("a: \x1b[31m\n", "DOCUMENT_CHARACTER", 1),
        ('a: 1\nb: "\\0"\n', "DOCUMENT_CHARACTER", 2),
        ('{"a":\n"\\ud800"}', "DOCUMENT_CHARACTER", 2),
        ('{"\\u0007": 1}', "DOCUMENT_CHARACTER", 1),
        ("a: \ud800\n", "DOCUMENT_CHARACTER", 1),
        ("a: abc\u202edef\n", "DOCUMENT_CHARACTER", 1),
        ("a: 市\u200b政府\n", "DOCUMENT_CHARACTER", 1),
        ("x" * (MAX_CHARACTERS + 1), "DOCUMENT_TOO_LARGE", None),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, code: str, line: int | None) -> None:
    error = refused(text)
    assert error.code == code
    if line is not None:
        assert error.line == line


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", '{"a":', "[[", "- ? "])
def test_nesting_without_end_is_refused_and_does_not_kill_the_process(opening: str) -> None:
    assert refused(opening * 50_000).code == "DOCUMENT_MALFORMED"


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert json.dumps(parse(text).data) == text
    assert refused(f"[{text}]").message_en == "the file is nested too deeply"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert parse(decode("\ufeffa: 1".encode(), None)).data == {"a": 1}
    assert parse('\ufeff{"a": 1}').data == {"a": 1}


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_named_with_the_line(encoding: str) -> None:
    with pytest.raises(InputError) as caught:
        decode("a: 1\nb: 市政府\n".encode(encoding), "plan.yaml")
    assert caught.value.code == "DOCUMENT_ENCODING"
    assert caught.value.line == (2 if encoding == "gbk" else 1)


@given(st.text() | st.text(alphabet="{}[]:,-?!&*|>'\"# \n\t\\a1.@`%~", max_size=60))
@example("{]")
@example("%YAML 9.9\n---\na")
@example("%TAG ! x\n---\n!a b")
@example('"\\xzz"')
@example("? - ")
@example("[}")
def test_any_text_is_read_or_refused_with_an_input_error(text: str) -> None:
    with suppress(InputError):
        json.dumps(parse(text).data, allow_nan=False)


@given(st.binary())
def test_any_bytes_are_read_or_refused_with_an_input_error(content: bytes) -> None:
    with suppress(InputError):
        parse(decode(content, None))


_TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=12)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**17) + 1, max_value=10**17 - 1)
    | st.decimals(places=3, min_value=-10_000, max_value=10_000)
    .map(float)
    .filter(lambda x: "e" not in repr(x))
    | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(_TEXT, _VALUES, max_size=5), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_and_yaml_of_the_same_data_read_alike(
    data: dict[str, Any], escaped: bool, indent: int | str | None
) -> None:
    as_json = json.dumps(data, ensure_ascii=escaped, indent=indent)
    assert parse(as_json).data == data
    # quoted, as PyYAML's idea of what is plain text is that of YAML 1.1
    as_yaml = yaml.safe_dump(data, allow_unicode=not escaped, sort_keys=False)
    assert parse(as_yaml).data == data


class Day(BaseModel):
    model_config = ConfigDict(extra="forbid")
    date: date
    high: Annotated[int, Field(ge=0, le=1000)]


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid")
    level: Literal["yellow", "orange"]
    at: AwareDatetime | None = None
    days: list[Day] = []
    name: Annotated[str, Field(min_length=1, max_length=3, strict=True)] = "x"
    words: dict[Annotated[str, Field(pattern="^[a-z]+$")], str] = {}


@pytest.mark.parametrize(
    ("text", "line", "field", "code", "message"),
    [
        ("at: null\n", 1, "level", "FIELD_MISSING", "缺少“level”"),
        ("level: yellow\ncolour: x\n", 2, "colour", "FIELD_UNKNOWN", "不认识的键“colour”"),
        ("level: red\n", 1, "level", "FIELD_INVALID", "“level”应为 yellow、orange 之一"),
        ("level: yellow\ndays: x\n", 2, "days", "FIELD_INVALID", "“days”应为列表"),
        ("level: yellow\nname: 5\n", 2, "name", "FIELD_INVALID", "“name”应为文字；数字请加引号"),
        ("level: yellow\nname: ''\n", 2, "name", "FIELD_INVALID", "“name”不能为空"),
        ("level: yellow\nname: xxxx\n", 2, "name", "FIELD_INVALID", "“name”最多 3 个字符"),
        (
            "level: yellow\nat: 2024-01-01T00:00:00\n",
            2,
            "at",
            "FIELD_INVALID",
            "“at”应带时区，如 2024-01-08T08:00:00+08:00",
        ),
        (
            "level: yellow\ndays:\n- date: 2024-01-01\n  high: 1\n- date: x\n  high: 1\n",
            5,
            "days.1.date",
            "FIELD_INVALID",
            "“days.1.date”应为日期，如 2024-01-08",
        ),
        (
            "level: yellow\ndays:\n- date: 2024-01-01\n  high: 1001\n",
            4,
            "days.0.high",
            "FIELD_INVALID",
            "“days.0.high”不应大于 1000",
        ),
        (
            "level: yellow\nwords:\n  A: x\n",
            3,
            "words.A",
            "FIELD_INVALID",
            "“words.A”的写法不对，应符合 ^[a-z]+$",
        ),
        ("- level\n", 1, None, "FIELD_INVALID", "“文档”应为一组“键: 值”"),
        ("# nothing\n", None, None, "DOCUMENT_MALFORMED", "文件是空的"),
    ],
)
def test_a_fault_of_a_model_names_line_field_and_what_would_be_right(
    text: str, line: int | None, field: str | None, code: str, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_model(parse(text, "plan.yaml"), Sample)
    error = caught.value
    assert (error.file, error.line, error.field) == ("plan.yaml", line, field)
    assert (error.code, error.message) == (code, message)
    assert error.message_en.isascii()


def test_all_faults_come_in_the_order_of_the_text() -> None:
    document = parse("days:\n- {date: x, high: y}\ncolour: 1\nlevel: red\n")
    with pytest.raises(ValueError, match="4 validation errors") as caught:
        Sample.model_validate(document.data)
    faults = problems(document, caught.value)  # type: ignore[arg-type]
    assert [fault.line for fault in faults] == [2, 2, 3, 4]
