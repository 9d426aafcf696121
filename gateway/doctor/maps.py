"""Whether the maps that the office supplies can be drawn."""

from collections.abc import Iterator

from gateway.directory.maps import SUFFIX, Maps
from gateway.doctor.check import Check
from gateway.errors import InputError, system_words
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings


def maps(settings: Settings) -> Iterator[Check]:
    """Every file of `maps_folder`; nothing where none is set, as squares need no map."""
    folder = settings.maps_folder
    if folder is None:
        return
    catalogue, supplied = Catalogue(settings.plans_folder), Maps(folder)
    try:
        names = sorted(each.name.removesuffix(SUFFIX) for each in folder.iterdir() if each.suffix == SUFFIX)
    except OSError as error:
        yield Check(
            "MAPS",
            "warning",
            f"无法读取地图文件夹“{folder}”：{system_words(error)}",
            f"cannot read the folder of maps {str(folder)!r}: {error.strerror}",
            "改正设置 maps_folder",
            "mend the setting maps_folder",
        )
        return
    wrong = False
    for name in names:
        try:
            supplied.of(catalogue.load(name).plan)
        except InputError as error:
            wrong = True
            where, where_en = (f"，{error.field}", f", {error.field}") if error.field else ("", "")
            yield Check(
                "MAPS",
                "warning",
                f"{name}{SUFFIX}{where}：{error.message}",
                f"{name}{SUFFIX}{where_en}: {error.message_en}",
                "改正文件后重启；在此之前用方格代替",
                "mend the file and start again; squares stand in its place until then",
            )
    if not wrong:
        yield Check("MAPS", "ok", f"地图 {len(names)} 份可用", f"{len(names)} maps can be drawn")
