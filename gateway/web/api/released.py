"""The alerts that were released: for whoever hands them on, or wants to see what left."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.broadcasts.launching.stored_alerts import MEDIA, Form, alerts_json, payload
from gateway.ledger.exchange.alerts import Kind
from gateway.web.api import areas
from gateway.web.api.operation import INTEGER, Answer, Call, Download, Files, Operations, Output, Query
from gateway.web.api.values import Time
from gateway.web.keys import LEDGER

OPERATIONS = Operations()


class ReleasedAlert(Output):
    """An alert as it was released. `kind`: `decision` is what the decision is, `all_clear` its Cancel as the
    Update that some take in its place, `renewal` the same warning for longer.

    `expires_at`: when what it warns of runs out (null: it only ends something); `renew_at`: when it is
    renewed (null: it is not); `ended_at`: when a later one came in its place. `sha256` is of `cap`, the
    very text that every reader gets. `national` is null where the 12379 dialect has no form of it.
    """

    identifier: str
    kind: Kind
    type: Literal["Alert", "Update", "Cancel"]
    exercise: bool
    released_at: Time
    expires_at: Time | None
    renew_at: Time | None
    ended_at: Time | None
    signed: bool
    sha256: str
    cap: str
    national: str | None
    national_refused: str | None
    data: Annotated[dict[str, Any], Field(alias="json")]
    cell: dict[str, Any]


class ReleasedAlerts(Output):
    """Alerts, oldest first."""

    alerts: list[ReleasedAlert]


class OneForm(Query):
    """Which of its forms."""

    format: Form = "cap"


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/alerts",
    "read",
    {200: ReleasedAlerts},
    query=Query,
    areas=areas.broadcast,
)
async def list_alerts(call: Call[Query]) -> Answer:
    """What was released with a broadcast, in every form; before its launch nothing."""
    return 200, {"alerts": await call.app[LEDGER].read(alerts_json, int(call.path["id"]))}


@OPERATIONS(
    "GET",
    "/api/v1/alerts/{identifier}",
    "read",
    {200: Files(tuple(dict.fromkeys(MEDIA.values())))},
    query=OneForm,
    problems=(409,),
)
async def get_alert(call: Call[OneForm]) -> Answer:
    """The bytes of one alert as they were released."""
    form, identifier = call.query.format, call.path["identifier"]
    content = await call.app[LEDGER].read(payload, identifier, form)
    suffix = "xml" if form in ("cap", "national") else "json"
    return 200, Download(content, MEDIA[form], f"{identifier}.{suffix}")
