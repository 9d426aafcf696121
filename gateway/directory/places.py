"""The areas that a list may name: codes of the plans and their streets, or the names printed in a plan."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from gateway.directory.areas import home
from gateway.directory.cells import Refused, integral, missing
from gateway.directory.masking import mask_text


@dataclass(frozen=True, slots=True)
class Areas:
    """Known codes, the codes that each printed name stands for, and the 区号 of codes."""

    codes: Set[str]
    names: dict[str, frozenset[str]] = field(default_factory=dict)
    dialling_codes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[tuple[str, str]], dialling_codes: Mapping[str, str] | None = None) -> "Areas":
        """From codes and names, and the 区号 of codes; a plan's county may stand there once for each plan."""
        names: dict[str, set[str]] = defaultdict(set)
        for code, name in named:
            names[_name(name)].add(code)
        codes = frozenset(code for each in names.values() for code in each)
        return cls(codes, {name: frozenset(each) for name, each in names.items()}, dialling_codes or {})

    def dialling_code(self, area: str) -> str | None:
        """The 区号 with its 0 of an area or of what it lies in, where a plan states it."""
        known = home(area, self.dialling_codes.keys())
        return None if known is None else self.dialling_codes[known]

    def read(self, text: str, street: str = "") -> str:
        """The code of an area, narrowed to the street where that has a code. Raises `Refused`."""
        if not text and not street:
            raise missing("区域代码", "area")
        area = self._one(text) if text else ""
        if not street:
            return area
        narrower = self._within(integral(_name(street)), area)
        if narrower is not None:
            return narrower
        if not area or integral(_name(street)).isdecimal():
            raise _unknown(street)
        return area

    def _one(self, text: str) -> str:
        written = integral(_name(text).upper())
        if home(written, self.codes) is not None:
            return written
        named = self.names.get(_name(text)) or self._named_in_full(_name(text))
        if not named:
            raise _unknown(text, self._alike(_name(text)))
        if len(named) > 1:
            raise Refused(
                f"“{mask_text(text)}”可指几个区域：{'、'.join(sorted(named))}；请填区域代码",
                f"{mask_text(text)!r} may be {', '.join(sorted(named))}; give the area's code",
            )
        return next(iter(named))

    def _within(self, street: str, area: str) -> str | None:
        """The code of a street by its code or by a name that a plan prints, if it lies in the area."""
        if street.isdecimal() and home(street, {area} if area else self.codes) is not None:
            return street
        return next((code for code in sorted(self.names.get(street, ())) if code.startswith(area)), None)

    def _alike(self, name: str) -> str | None:
        """The one printed name of which this may be a shorter form: 管城区 of 管城回族区."""
        stem = name.rstrip("区县市")
        found = {each for each in self.names if len(stem) > 1 and each.startswith(stem)}
        return found.pop() if len(found) == 1 else None

    def _named_in_full(self, name: str) -> frozenset[str]:
        """郑州市中原区: a county after the name of what it lies in."""
        for end in range(1, len(name)):
            if name[:end] in self.names and (inner := self.names.get(name[end:])):
                return inner
        return frozenset()


def _name(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _unknown(text: str, alike: str | None = None) -> Refused:
    return Refused(
        f"没有哪个预案有区域代码或名称“{mask_text(text)}”{f'；是否为“{alike}”？' if alike else ''}",
        f"no plan knows the area code {mask_text(text)!r}{f'; is it {alike}?' if alike else ''}",
    )
