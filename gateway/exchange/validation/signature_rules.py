"""What can be seen of a signature without verifying it: `gateway/exchange/verification.py` does that."""

from lxml import etree

from gateway.exchange.validation.fault import Fault, Faults, shown
from gateway.exchange.xml import SIGNATURES

_WEAK = ("sha1", "md5", "md2", "dsa-sha1")  # ends of algorithms' names that no longer prove anything


def check_signatures(alert: etree._Element, faults: Faults) -> None:
    """Gather warnings about signatures that consumers refuse or cannot read."""
    found = [
        child for child in alert if isinstance(child.tag, str) and child.tag.startswith(f"{{{SIGNATURES}}}")
    ]

    def warn(element: etree._Element, code: str, message: str, message_en: str) -> None:
        faults.add(Fault(code, "warning", message, message_en, element.sourceline, "alert/Signature"))

    for other in (each for each in found if etree.QName(each).localname != "Signature"):
        name = shown(etree.QName(other).localname)
        warn(other, "SIGNATURE_MALFORMED", f"{name} 不是签名", f"{name} is no Signature")
    signatures = [each for each in found if etree.QName(each).localname == "Signature"]
    if len(signatures) > 1:
        warn(
            signatures[1],
            "SIGNATURE_REPEATED",
            "有不止一个签名，接收方通常只认一个",
            "there is more than one signature; consumers verify one",
        )
    for signature in signatures:
        if signature.find(f"{{{SIGNATURES}}}SignedInfo") is None or not _value(signature):
            warn(
                signature,
                "SIGNATURE_MALFORMED",
                "签名不完整（缺 SignedInfo 或 SignatureValue）",
                "the signature is not whole (no SignedInfo or SignatureValue)",
            )
            continue
        weak = next((name for name in _algorithms(signature) if name.endswith(_WEAK)), None)
        if weak:
            warn(
                signature,
                "SIGNATURE_WEAK",
                f"签名算法过弱（{shown(weak)}），接收方会拒绝",
                f"the signature is weak ({shown(weak)}); consumers refuse it",
            )


def _value(signature: etree._Element) -> str:
    return (signature.findtext(f"{{{SIGNATURES}}}SignatureValue") or "").strip()


def _algorithms(signature: etree._Element) -> list[str]:
    names = [
        str(each.get("Algorithm", ""))
        for part in ("SignatureMethod", "DigestMethod")
        for each in signature.iter(f"{{{SIGNATURES}}}{part}")
    ]
    return [name.rpartition("#")[2] for name in names]
