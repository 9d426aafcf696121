"""A paper as a Word document, set as offices file theirs: A4, 仿宋 and 黑体, tables with lines."""

import io
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from gateway.notices.papers.model import Block, Paper

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TITLE, _HEADING, _BODY = "方正小标宋简体", "黑体", "仿宋"
_BODY_SIZE = Pt(16)  # 三号, GB/T 9704—2012


def to_word(paper: Paper, written_at: datetime) -> bytes:
    """The paper as a .docx file; `written_at` (aware) stands in its properties."""
    document: WordDocument = Document()
    _set_page(document)
    properties = document.core_properties
    properties.title = paper.title
    properties.author = properties.last_modified_by = paper.signature[0] if paper.signature else ""
    properties.created = properties.modified = written_at.astimezone(UTC).replace(tzinfo=None)
    properties.comments = ""
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set(title.add_run(paper.title), _TITLE, Pt(22))
    if paper.number:
        number = _paragraph(document, paper.number)
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if paper.addressee:
        _paragraph(document, f"{paper.addressee}：")
    for block in paper.blocks:
        _add(document, block)
    for line in paper.signature:
        _paragraph(document, line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if paper.copied_to:
        _paragraph(document, f"抄送：{paper.copied_to}")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_page(document: WordDocument) -> None:
    """GB/T 9704—2012: A4, margins 37, 35, 28 and 26 mm."""
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
        section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)


def _add(document: WordDocument, block: Block) -> None:
    if block.heading:
        _set(document.add_paragraph().add_run(block.heading), _HEADING, _BODY_SIZE)
    elif block.paragraph:
        _paragraph(document, block.paragraph, indent=True)
    elif block.items:
        for number, item in enumerate(block.items, 1):
            _paragraph(document, f"{number}. {item}" if block.numbered else f"－{item}", indent=True)
    else:
        table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row in block.rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                _set(cell.paragraphs[0].add_run(text), _BODY, Pt(12))


def _paragraph(document: WordDocument, text: str, *, indent: bool = False) -> Paragraph:
    paragraph = document.add_paragraph()
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(32)  # two characters
    _set(paragraph.add_run(text), _BODY, _BODY_SIZE)
    return paragraph


def _set(run: Run, font: str, size: Pt) -> None:
    """Word takes Chinese characters from the font for East Asia, which has no setter of its own."""
    run.font.name, run.font.size = font, size
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
