"""Papers as Word documents, read back as Word reads them."""

import io
import zipfile
from datetime import UTC, datetime

import docx
from docx.oxml.ns import qn

from gateway.follow_up.papers.word import to_word
from gateway.notices.papers.bulletin import bulletin
from gateway.notices.papers.compose import compose_papers
from tests.notices.papers.test_bulletin import chronicle
from tests.notices.samples import OFFICE, decision, zhengzhou

WRITTEN = datetime(2024, 1, 8, tzinfo=UTC)


def test_a_word_document_holds_every_line_of_the_paper() -> None:
    paper = compose_papers(zhengzhou(), decision(), OFFICE)[0]
    document = docx.Document(io.BytesIO(to_word(paper, WRITTEN)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for block in paper.blocks:
        for line in (block.heading, block.paragraph, *block.items):
            assert line is None or line in text
    assert document.core_properties.title == paper.title
    assert document.core_properties.author == paper.signature[0]


def test_tables_stay_tables() -> None:
    paper = bulletin(zhengzhou(), chronicle(decision()), OFFICE, 1)
    document = docx.Document(io.BytesIO(to_word(paper, WRITTEN)))
    rows = [tuple(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    assert rows == [row for block in paper.blocks for row in block.rows]


def test_chinese_is_set_in_chinese_fonts_on_a4() -> None:
    paper = compose_papers(zhengzhou(), decision(), OFFICE)[1]
    document = docx.Document(io.BytesIO(to_word(paper, WRITTEN)))
    run = document.paragraphs[-1].runs[0]
    assert run._element.rPr is not None
    assert run._element.rPr.rFonts is not None
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    section = document.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.cm, 1) == 21.0


def test_the_file_is_a_whole_archive() -> None:
    paper = compose_papers(zhengzhou(), decision(), OFFICE)[2]
    assert zipfile.ZipFile(io.BytesIO(to_word(paper, WRITTEN))).testzip() is None
