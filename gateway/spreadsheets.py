"""What goes into tables that people open in a spreadsheet.

Names come from directories that others keep: a cell that a spreadsheet would take for a formula gets
an apostrophe before it (OWASP, CSV injection), in CSV and in the workbook, which may become a CSV.
"""

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # the full-width ones count in East Asian versions
_LONGEST = 32_767  # characters that a cell of a workbook holds
_NOT_IN_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


def inert(cell: str) -> str:
    """The cell as a text that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def workbook_cell(cell: str) -> str:
    """The same, without what a workbook cannot hold."""
    return inert(cell).translate(_NOT_IN_XML)[:_LONGEST]
