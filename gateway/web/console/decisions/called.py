"""Who was told that it is their turn with a decision: as its pages show it, with addresses masked."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.broadcasts.approving.officials import drafters, officers, others_to_approve
from gateway.broadcasts.approving.sheet import Sheet
from gateway.directory.masking import mask
from gateway.follow_up.obligations.turns import ROUNDS
from gateway.ledger.accounts import memos
from gateway.ledger.accounts.memos import Told
from gateway.ledger.accounts.users import User

_LOST = ("suppressed", "failed", "expired", "cancelled")  # a message in these states tells nobody


@dataclass(frozen=True, slots=True)
class CalledPerson:
    """Somebody whose turn it is, or who drafted it, and how they were told; nothing: nobody told them."""

    user: User
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """The people of the turn that a decision has come to. `looking`: they are about to be told. `again`:
    they did not act and were told once more; `unanswered`: nor did they then, and the drafter was told."""

    looking: bool
    again: bool
    unanswered: bool
    people: tuple[CalledPerson, ...]

    @property
    def none_told(self) -> bool:
        """Whether no message has reached anybody or may yet, and nobody is about to be told."""
        found = (one.state for each in self.people for one in each.told)
        return not self.looking and all(state in _LOST for state in found)


def called(connection: Connection, of: Sheet, everybody: Iterable[User]) -> Called | None:
    """Who was told of a decision as it stands; None where it is nobody's turn."""
    memo = memos.newest(connection, of.entry.id)
    told = [each for each in memos.told(connection, of.entry.id) if memo and each.memo_id == memo.id]
    people = _people(of, everybody)
    if people is None:
        return None
    known = {each.id for each in people}
    return Called(
        looking=memo is not None and memo.kind == "turn" and memo.ended_at is None,
        again=of.open and memo is not None and memo.rounds == ROUNDS,
        unanswered=of.open and memo is not None and memo.rounds > ROUNDS,
        people=tuple(
            CalledPerson(user, tuple(each for each in told if each.user_id == user.id))
            for user in [*people, *_others(told, known, everybody)]
        ),
    )


def shown(told: Told) -> str:
    """An address as everybody may see it."""
    return mask(told.address_kind, told.value)


def _people(of: Sheet, everybody: Iterable[User]) -> list[User] | None:
    if of.entry.state in ("returned", "refused"):
        return drafters(everybody, of.entry)
    if not of.open or of.hindrance is not None:
        return None
    return others_to_approve(everybody, of) if of.left else officers(everybody, of)


def _others(told: Iterable[Told], known: set[str], everybody: Iterable[User]) -> list[User]:
    """Who was told besides: the drafter, that nobody acts; or who has other rights since."""
    ids = {each.user_id for each in told} - known
    return [each for each in everybody if each.id in ids]
