"""Sets sheets with typst. What a sheet says is inert data; a character that no font has stops it.

The templates are in `message_templates/boards`. Neither typst (the extra `pdf`) nor a Chinese font is
needed by anything else of the program.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from gateway.errors import InputError

Paper = Literal["a3", "a4"]
MEDIA_TYPE = "application/pdf"

# Where distributions put Noto CJK (fonts-noto-cjk, google-noto-sans-cjk, noto-fonts-cjk), then where
# people put their own.
FONT_FOLDERS = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/noto",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/Library/Fonts",
)
FAMILIES = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "思源黑体")

_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one organisation's or district's sheets say; `name` is named where a character is missing."""

    name: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """Sheets to be set by `message_templates/boards/TEMPLATE.typ`, which finds in its data what they
    `share`, and their contents under `sheets`. `printed_at` (aware) stands in the file's properties.
    """

    template: str
    shared: Mapping[str, Any]
    sheets: Sequence[Sheet]
    printed_at: datetime

    @property
    def data(self) -> dict[str, Any]:
        """What the template finds."""
        return {**self.shared, "sheets": [dict(sheet.content) for sheet in self.sheets]}

    @property
    def source(self) -> str:
        """The template with what all templates share before it."""
        folder = files("message_templates") / "boards"
        return "\n".join(
            (folder / name).read_text("utf-8") for name in ("common.typ", f"{self.template}.typ")
        )


def to_pdf(document: Document, fonts: Sequence[Path]) -> bytes:
    """The document as a tagged PDF (PDF/UA-1); `fonts` are folders (`font_folders`).

    Raises `InputError`: TYPST_MISSING, FONTS_MISSING, GLYPHS_MISSING naming every character and whose
    sheet needs it.
    """
    if not can_print():
        raise InputError(
            "TYPST_MISSING",
            "PDF 文件（公示牌、电话单、公文）需要 typst：请运行 pip install 'airwarn[pdf]'",
            "PDF files (boards, call sheets, papers) are set by typst: run pip install 'airwarn[pdf]'",
        )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        made = process.submit(
            _set, document.source, document.data, fonts, int(document.printed_at.timestamp())
        ).result()
    if isinstance(made, bytes):
        return made
    if made is None:
        raise InputError(
            "FONTS_MISSING",
            "找不到中文字体：请运行 apt-get install fonts-noto-cjk，"
            "或把思源黑体（Noto Sans CJK SC）放进设置 fonts_folder 所指的文件夹",
            "there is no Chinese font: run apt-get install fonts-noto-cjk, or put Noto Sans CJK SC into the "
            "folder that the setting fonts_folder names",
            field="fonts_folder",
        )
    missing = _missing(made)
    if not missing:
        raise RuntimeError(made)  # a fault of the template
    raise _no_glyphs(missing, document.sheets)


def can_print() -> bool:
    """Whether typst is there, without which nothing is set."""
    return find_spec("typst") is not None


def font_folders(own: Path | None = None) -> tuple[Path, ...]:
    """Where fonts are looked for: the office's own folder, then those of the system."""
    system = tuple(Path(each).expanduser() for each in FONT_FOLDERS)
    return system if own is None else (own, *system)


def families(folders: Sequence[Path]) -> list[str] | None:
    """The Chinese families for boards that are in these folders, the best first; None without typst."""
    if not can_print():
        return None
    import typst  # noqa: PLC0415 - an extra

    there = set(_fonts(typst, folders).families())
    return [family for family in FAMILIES if family in there]


def _fonts(typst: Any, folders: Sequence[Path]) -> Any:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(each) for each in folders if each.is_dir()],
    )


def _set(source: str, data: dict[str, Any], folders: Sequence[Path], timestamp: int) -> bytes | str | None:
    """The PDF, or what typst says against it; None where no font holds Chinese.

    Runs in a process of its own: typst keeps everything that it ever laid out (1,000 boards are 1.5 GB).
    """
    import typst  # noqa: PLC0415 - an extra

    fonts = _fonts(typst, folders)
    there = set(fonts.families())
    chosen = [family for family in FAMILIES if family in there]
    if not chosen:
        return None
    # Rare characters may come from any other font that is there.
    chosen += sorted(family for family in there if family not in chosen and "Mono" not in family)
    try:
        made = typst.compile(
            source.encode(),
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps({**data, "families": chosen}, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        return str(error.diagnostic)
    return bytes(made)


def _missing(diagnostic: str) -> list[str]:
    """The characters that could not be shown, each once, in their order."""
    texts = (
        _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) for text in _MISSING.findall(diagnostic)
    )
    return list(dict.fromkeys(character for text in texts for character in text))


def _no_glyphs(missing: Iterable[str], sheets: Sequence[Sheet]) -> InputError:
    told = []
    for character in missing:
        named = f"“{character}”（U+{ord(character):04X}）"
        whose = [sheet.name for sheet in sheets if character in _text(sheet.content)]
        if whose:
            more = f"等{len(whose)}处" if len(whose) > 3 else ""
            told.append((f"{named}：{'、'.join(whose[:3])}{more}", f"U+{ord(character):04X} of {whose[0]}"))
        else:
            told.append((named, f"U+{ord(character):04X}"))
    return InputError(
        "GLYPHS_MISSING",
        f"字体里没有这些字，什么也没有写出：{'；'.join(zh for zh, _ in told)}。"
        "请改正名称，或把有这些字的字体放进设置 fonts_folder 所指的文件夹",
        f"no font has these characters, nothing was written: {'; '.join(en for _, en in told)}; mend the "
        "name, or put a font that has them into the folder that the setting fonts_folder names",
    )


def _text(content: Any) -> str:
    """Every text of some content, joined."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return "\n".join(map(_text, content.values()))
    if isinstance(content, list | tuple):
        return "\n".join(map(_text, content))
    return ""
