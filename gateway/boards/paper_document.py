"""A paper (公文, 通报, 报告) as a PDF file on A4."""

from datetime import datetime

from gateway.boards.printing import Document, Sheet
from gateway.notices.papers.model import Paper


def paper_document(paper: Paper, printed_at: datetime) -> Document:
    """What the template `paper` finds; `printed_at` (aware) stands in the file's properties."""
    return Document("paper", {"title": paper.title}, (Sheet(paper.title, paper.content()),), printed_at)
