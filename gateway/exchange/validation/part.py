"""One element of an alert as rules read it: its text, its parts by name, where it stands."""

from lxml import etree

from gateway.exchange.validation.fault import Fault, Faults, Severity


def text_of(element: etree._Element) -> str:
    """The whole text of an element without children: a comment or an instruction inside splits nothing."""
    text = element.text or ""
    for child in element:
        if not isinstance(child.tag, str):
            text += child.tail or ""
    return text


class Part:
    """An element with its path. `fault` gathers what a rule finds there."""

    __slots__ = ("_faults", "_named", "element", "path")

    def __init__(self, element: etree._Element, path: str, faults: Faults) -> None:
        self.element = element
        self.path = path
        self._faults = faults
        self._named: dict[str, list[Part]] | None = None

    def parts(self, name: str) -> "list[Part]":
        """The children of that name in the namespace of this element, in their order."""
        if self._named is None:
            self._named = self._by_name()
        return self._named.get(name, [])

    def part(self, name: str) -> "Part | None":
        """The first child of that name."""
        found = self.parts(name)
        return found[0] if found else None

    @property
    def text(self) -> str:
        """The text as written."""
        return text_of(self.element)

    def value(self, name: str) -> str:
        """The text of the first child of that name without space around it, empty where there is none."""
        found = self.part(name)
        return found.text.strip() if found else ""

    def values(self, name: str) -> list[str]:
        """The texts of all children of that name, without space around them."""
        return [part.text.strip() for part in self.parts(name)]

    def fault(self, code: str, severity: Severity, message: str, message_en: str) -> None:
        """Gather a fault of this element."""
        self._faults.add(Fault(code, severity, message, message_en, self.element.sourceline, self.path))

    def _by_name(self) -> "dict[str, list[Part]]":
        namespace = etree.QName(self.element).namespace
        named: dict[str, list[Part]] = {}
        for child in self.element:
            if not isinstance(child.tag, str):
                continue
            tag = etree.QName(child)
            if tag.namespace != namespace:
                continue
            same = named.setdefault(tag.localname, [])
            same.append(Part(child, f"{self.path}/{tag.localname}[{len(same) + 1}]", self._faults))
        return named
