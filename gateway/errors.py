"""The one error that bad input ends in: it says what is wrong, where, and what would be right."""

import errno
from dataclasses import dataclass

_SYSTEM_WORDS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已经存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘读写出错",
    errno.EADDRINUSE: "已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


@dataclass
class InputError(Exception):
    """Bad input of a user. `line` is 1-based; `field` is a dotted path such as `forecast.days.0.low`."""

    code: str  # upper snake case, stable: DOCUMENT_MALFORMED, PLAN_UNKNOWN, …
    message: str  # Chinese
    message_en: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{where}: {self.message}" if where else self.message

    def as_json(self) -> dict[str, object]:
        """The shape that commands and the API print under `error`."""
        return {
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "file": self.file,
            "line": self.line,
            "field": self.field,
        }


def system_words(error: OSError) -> str:
    """What the operating system said, in Chinese; as it said it where nobody has put it into Chinese here."""
    return _SYSTEM_WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
