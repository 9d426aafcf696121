"""What every use case needs besides the ledger."""

from dataclasses import dataclass

from gateway.identifiers import NewId
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """The plans, the office's own words, new ids."""

    catalogue: Catalogue
    office: Office
    new_id: NewId
