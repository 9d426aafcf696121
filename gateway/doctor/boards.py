"""Whether sign boards and call sheets can be printed here: typst, and a Chinese font for it."""

from collections.abc import Sequence

from gateway.doctor.check import Check


def boards(found: Sequence[str] | None) -> Check:
    """`found`: the Chinese families that typst can use; None without typst. Everything else works without
    either: a warning."""
    if found is None:
        return Check(
            "BOARDS",
            "warning",
            "没有安装 typst，不能打印公示牌和电话通知单",
            "typst is not installed: sign boards and call sheets cannot be printed",
            "运行 pip install 'airwarn[pdf]'",
            "run pip install 'airwarn[pdf]'",
        )
    if not found:
        return Check(
            "BOARDS",
            "warning",
            "typst 已安装，但没有它能用的中文字体，不能打印公示牌和电话通知单",
            "typst is installed, but there is no Chinese font for it: boards cannot be printed",
            "安装 fonts-noto-cjk，或把思源黑体放进设置 fonts_folder 所指的文件夹",
            "install fonts-noto-cjk, or put Noto Sans CJK SC into the folder of the setting fonts_folder",
        )
    return Check(
        "BOARDS",
        "ok",
        f"可以打印公示牌：typst，字体 {found[0]}",
        f"boards can be printed: typst with {found[0]}",
    )
