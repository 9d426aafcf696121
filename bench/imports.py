"""An office's inventory of 20,000 rows from a workbook into the ledger, beside openpyxl reading its cells.

    python -m bench.imports [--rows 20000]

Each part runs in a process of its own, so that its peak memory is its own; the whole import's counts the
child that reads the workbook as well, if that is the larger of the two.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook, load_workbook  # type: ignore[import-untyped]

from gateway.directory.importing import Options
from gateway.ledger.database import Ledger, system_clock
from gateway.plans.catalogue import Catalogue
from gateway.web.importing.organisations import Wishes, read_rows, store_rows

LINES = 2  # of production, an enterprise
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
HEADER = (
    *("序号", "企业名称", "统一社会信用代码", "区", "街乡镇", "详细地址", "负责人", "负责人电话", "行业类型"),
    *("绩效等级", "电力局总表编号", "生产线", "黄色预警减排措施", "橙色预警减排措施", "红色预警减排措施"),
)


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run both parts; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--part", choices=("bare", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part:
        measured = _bare(options.file) if options.part == "bare" else _whole(options.file)
        print(json.dumps(measured))
        sys.exit()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "list.xlsx"
        file.write_bytes(workbook(options.rows))
        bare, whole = _measured("bare", file), _measured("whole", file)
    return {
        "rows": options.rows,
        "bare_seconds": bare["seconds"],
        "bare_cpu_seconds": bare["cpu_seconds"],
        "bare_memory_mb": bare["memory_mb"],
        "import_seconds": whole["seconds"],
        "import_cpu_seconds": whole["cpu_seconds"],
        "read_seconds": whole["read_seconds"],
        "again_seconds": whole["again_seconds"],
        "import_memory_mb": whole["memory_mb"],
        "import_to_bare": round(whole["cpu_seconds"] / bare["cpu_seconds"], 1),
    }


def workbook(rows: int) -> bytes:
    """An invented list of so many rows, its texts shared as Excel does; two lines of production each."""
    book = Workbook()
    sheet = book.active
    sheet.title = "工业源清单"
    sheet.append(HEADER)
    for number in range(rows):
        plant, line = divmod(number, LINES)
        sheet.append(
            [
                *(plant + 1, f"示例企业{plant:05}", credit_code(plant), "中原区", "航海西路街道"),
                *(
                    f"示例路{plant}号",
                    f"负责人{plant % 97}",
                    f"199{plant:08}",
                    "水泥制造",
                    "B级",
                    f"{plant:010}",
                ),
                *(f"{line + 1}#回转窑", "限产30%，准备时间2小时", "限产50%；停止使用国四及以下柴油货车运输"),
                "停产，准备时间4小时；除尘设施保持运行",
            ]
        )
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def credit_code(number: int) -> str:
    """An invented 统一社会信用代码 with the right check sign."""
    base = f"91410100MA{number:07}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(base))
    return base + SIGNS[-total % 31]


def _measured(part: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.imports", "--part", part, "--file", str(file)]
    done = subprocess.run(command, capture_output=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _bare(file: Path) -> dict[str, float]:
    started, before = time.perf_counter(), _cpu()
    for sheet in load_workbook(file, read_only=True).worksheets:
        for _cells in sheet.iter_rows(values_only=True):
            pass
    return {
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(_cpu() - before, 2),
        "memory_mb": _memory(),
    }


def _whole(file: Path) -> dict[str, float]:
    catalogue = Catalogue()
    for identifier in catalogue.identifiers():
        catalogue.load(identifier)  # as a running gateway has them
    options = Options("inventory")
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        started, before = time.perf_counter(), _cpu()
        reading = read_rows(file.read_bytes(), file.name, catalogue, options)
        read = time.perf_counter()
        first = ledger.write_now(store_rows, reading, system_clock(), wishes=Wishes())
        ended, cpu = time.perf_counter(), _cpu() - before
        again = ledger.write_now(store_rows, reading, system_clock(), wishes=Wishes())
        again_ended = time.perf_counter()
        ledger.close()
    rows = len(reading.rows)
    if first["counts"]["added"] != rows or again["counts"]["unchanged"] != rows:
        sys.exit(f"not every row came in: {first['counts']}, then {again['counts']}")
    return {
        "seconds": round(ended - started, 2),
        "cpu_seconds": round(cpu, 2),
        "read_seconds": round(read - started, 2),
        "again_seconds": round(again_ended - ended, 2),
        "memory_mb": _memory(),
    }


def _cpu() -> float:
    """CPU seconds of this process and of the children that ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _memory() -> float:
    own, children = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return round(max(own, children) / 1024)


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
