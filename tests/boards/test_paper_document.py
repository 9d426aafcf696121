"""A paper as a PDF: on as many pages as it takes, its words as they are."""

from gateway.boards.paper_document import paper_document
from gateway.boards.printing import to_pdf
from gateway.notices.papers.model import Block, Paper
from tests.boards.drawn import fonts, ink, pages
from tests.boards.samples import PRINTED

PAPER = Paper(
    "bulletin",
    "郑州市重污染天气应对情况通报（第1期）",
    "郑环报〔2024〕3号",
    "各成员单位",
    (
        Block(heading="一、当前状态"),
        Block(paragraph="数据截至2024年1月10日12时。#[markup] *stays* $text$"),
        Block(items=("甲", "乙"), numbered=True),
        Block(items=("丙",)),
        Block(rows=(("受众", "单位"), ("学校", "3"))),
    ),
    ("市指挥部办公室", "2024年1月10日"),
    "市政府",
)


def test_a_paper_is_set_whole_whatever_it_holds() -> None:
    assert to_pdf(paper_document(PAPER, PRINTED), fonts()).startswith(b"%PDF-")
    (page,) = pages(paper_document(PAPER, PRINTED))
    assert page.width < page.height
    empty = Paper("report", "报告", None, None, (), ())
    assert ink(page) > ink(pages(paper_document(empty, PRINTED))[0])


def test_a_long_paper_goes_on_overleaf() -> None:
    long = Paper("report", "报告", None, None, (Block(paragraph="很长的一段话。" * 400),), ())
    assert len(pages(paper_document(long, PRINTED))) > 1
