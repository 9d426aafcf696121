"""What of a plan is read in English, for those who check it against the Chinese beside it."""

from gateway.plans.model import Plan, Wording
from gateway.vocabulary import ENGLISH_AUDIENCES, SECTORS

READERS = (*ENGLISH_AUDIENCES, *(f"enterprises.{sector}" for sector in SECTORS))


def wordings_of(plan: Plan) -> tuple[tuple[str, str, Wording], ...]:
    """Every measure's id with each reader of English and what it reads."""
    return tuple(
        (measure.id, reader, wording)
        for measure in plan.measures
        for reader, wording in measure.texts.items()
        if reader in READERS
    )
