"""Escalation as data: what is tried, and when, where a signature (签收) is missing. Pure.

An office states its own policies in settings (`[[escalation]]`); without any, `DEFAULT` holds. See
docs/escalation.md.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.vocabulary import AUDIENCE_WORDS, LEVEL_WORDS, Audience, Level

StepKind = Literal["channel", "contact", "phone"]
DAY_MINUTES = 24 * 60


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """What is tried `after_minutes` (from the launch) without a signature.

    channel: a kind of address of the organisation that nothing was sent to yet; contact: its next
    contact; phone: a person calls.
    """

    after_minutes: Annotated[int, Field(gt=0, le=DAY_MINUTES)]
    kind: StepKind


class Policy(_Part):
    """The steps for these audiences at these levels, in order; a call stands last."""

    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in pairwise(self.steps):
            if later.after_minutes <= earlier.after_minutes:
                raise ValueError(
                    f"各步的 after_minutes 须递增，{later.after_minutes} 在 {earlier.after_minutes} 之后"
                    f" · after_minutes must rise: {later.after_minutes} follows {earlier.after_minutes}"
                )
            if earlier.kind == "phone":
                raise ValueError("phone 须为最后一步 · phone must be the last step")
        return self


Policies = tuple[Policy, ...]


def refuse_overlap(policies: Policies) -> Policies:
    """The policies, if at most one speaks of each audience and level. Raises `ValueError`."""
    known: set[tuple[Audience, Level]] = set()
    for policy in policies:
        for audience in policy.audiences:
            for level in policy.levels:
                if (audience, level) in known:
                    raise ValueError(
                        f"{AUDIENCE_WORDS[audience]}在{LEVEL_WORDS[level]}预警时有不止一条规则"
                        f" · more than one policy for {audience} at {level}"
                    )
                known.add((audience, level))
    return policies


def policy_for(policies: Sequence[Policy], audience: Audience, level: Level | None) -> Policy | None:
    """The policy of an audience at a level; None: nothing is escalated."""
    return next(
        (each for each in policies if audience in each.audiences and level in each.levels),
        None,
    )


_EVERYBODY: tuple[Audience, ...] = tuple(AUDIENCE_WORDS)

# The 2018 plan asks that every controlled enterprise be reached within three hours: at orange and red a
# person calls after one, so that two are left for calling.
DEFAULT: Policies = (
    Policy(
        audiences=_EVERYBODY,
        levels=("orange", "red"),
        steps=(
            Step(after_minutes=10, kind="channel"),
            Step(after_minutes=20, kind="contact"),
            Step(after_minutes=40, kind="contact"),
            Step(after_minutes=60, kind="phone"),
        ),
    ),
    Policy(
        audiences=_EVERYBODY,
        levels=("yellow",),
        steps=(
            Step(after_minutes=30, kind="channel"),
            Step(after_minutes=60, kind="contact"),
            Step(after_minutes=120, kind="phone"),
        ),
    ),
)
