"""The forms in which a paper is handed over: plain text, a page to print, a Word document."""

from datetime import datetime
from typing import Literal, get_args

from gateway.follow_up.papers import word
from gateway.notices.papers.model import Paper

Format = Literal["text", "html", "docx"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA: dict[Format, str] = {"text": "text/plain", "html": "text/html", "docx": word.MEDIA_TYPE}
SUFFIX: dict[Format, str] = {"text": "txt", "html": "html", "docx": "docx"}


def as_file(paper: Paper, form: Format, written_at: datetime) -> bytes:
    """The paper as a file, texts in UTF-8; `written_at` (aware) stands in a document's properties."""
    match form:
        case "docx":
            return word.to_word(paper, written_at)
        case "html":
            return paper.html.encode()
        case "text":
            return paper.text.encode()
