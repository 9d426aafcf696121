"""The kinds of values that several nouns of the API share."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from gateway.web.api.operation import Query

PAGE = 100
MAX_PAGE = 1000


def _plain(value: object) -> object:
    """A whole number as digits write it; not the other ways that pydantic takes."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,18}", value):
        raise PydanticCustomError(
            "FIELD_INVALID", "应为整数，只用数字 0—9", {"english": "a whole number in digits is needed"}
        )
    return value


def _boolean(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise PydanticCustomError(
                "FIELD_INVALID", "应为 true 或 false", {"english": "true or false is needed"}
            )
        return value == "true"
    return value


Flag = Annotated[bool, BeforeValidator(_boolean)]
Time = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="ISO 8601, +08:00")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Area = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,12}$")]
ReasonWord = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", description="as in docs/api.md")]
Number = Annotated[int, Field(ge=1, lt=10**18), BeforeValidator(_plain)]  # the number of a row
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE), BeforeValidator(_plain)]


class Page(Query):
    """Which page: at most `limit` rows after the one that the last page named as `next`."""

    after: Annotated[int, Field(ge=0, lt=10**18), BeforeValidator(_plain)] = 0
    limit: Limit = PAGE
