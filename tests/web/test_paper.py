"""A frozen document rebuilt for everybody: its words, none of its markup that we do not know, no slot."""

from gateway.ledger.decisions.notices import Text
from gateway.sign_tokens import QUESTION_SLOT, SIGN_SLOT
from gateway.slots import OWN_SLOT
from gateway.web.public.paper import Paper, paper


def read(body: str) -> Paper:
    html = f"<!DOCTYPE html><html><body><main>{body}</main></body></html>"
    return paper(Text("now", "public", None, "notice", "zh-CN", "通告", "[]", html, "[]"))


def shown(body: str) -> str:
    return "".join(str(block.content) for block in read(body).blocks)


def test_words_are_kept_and_unknown_markup_is_not() -> None:
    hostile = (
        '<p onclick="x()" style="color:red">甲<script>alert(1)</script><img src=x onerror=y>乙 &lt;b&gt;</p>'
    )
    assert shown(hostile) == "<p>甲alert(1)乙 &lt;b&gt;</p>"
    link = '<p><a href="javascript:x()">丙</a><a href="https://x.cn/?a=1&amp;b=%22" onclick="x()">丁</a></p>'
    assert shown(link) == '<p>丙<a href="https://x.cn/?a=1&amp;b=%22">丁</a></p>'
    assert shown('<section class="group"><ol start="1&quot;><script>"><li>戊</li></ol></section>') == (
        '<ol start="1&#34;&gt;&lt;script&gt;"><li>戊</li></ol>'
    )


def test_what_is_for_one_organisation_is_left_out_whole() -> None:
    for slot in (SIGN_SLOT, QUESTION_SLOT, OWN_SLOT):
        left = shown(
            f"<p>前</p><p><strong>签收：</strong>30分钟内<br><a href='https://x.cn/s/{slot}'>点此</a></p>"
            f"<section class='group'><h2>题</h2><ul><li>留</li><li>看{slot}</li></ul></section>"
        )
        assert left == "<p>前</p><ul><li>留</li></ul>"
    assert shown('<p class="own">甲窑停产</p>') == ""


def test_headings_numbers_and_marks_stand_where_they_stood() -> None:
    found = read(
        '<h1>题</h1><p class="number">一号</p><p><strong class="level red">红色预警</strong></p>'
        '<p class="essentials"><strong>要点</strong><br>停</p><section><h2>决定</h2><p>启动</p></section>'
        '<section class="group"><h2>措施</h2><h3>面源</h3><ol start="3">'
        '<li><strong class="mark">【新增】</strong>禁烧</li></ol></section><p class="issuer">办公室</p>'
    )
    assert found.number == "一号"
    assert [(each.kind, each.heading) for each in found.blocks] == [
        ("essentials", ""),
        ("decision", "决定"),
        ("measures", "措施"),
        ("issuer", ""),
    ]
    assert found.blocks[2].content == (
        '<h4>面源</h4><ol start="3"><li><strong class="mark">【新增】</strong>禁烧</li></ol>'
    )


def test_what_the_public_reads_too_is_not_said_twice() -> None:
    common = '<section><h2>决定</h2></section><p>联系方式：12369</p><p class="issuer">办公室</p>'
    schools = read(f"<p>各学校：</p><section class='group'><h2>健康防护</h2><p>停课</p></section>{common}")
    assert [each.words for each in schools.without(read(common)).blocks] == ["各学校：", "健康防护停课"]
