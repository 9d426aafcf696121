"""Every error of the API is one `application/problem+json` (RFC 9457); no traceback leaves."""

import json
import logging
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from gateway.broadcasts.preparing.groundwork import Refused
from gateway.broadcasts.preparing.standing import WarningInForce
from gateway.errors import InputError
from gateway.ledger.backends.faults import unavailable

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_NOT_FOUND = {
    "ACKNOWLEDGEMENT_UNKNOWN",
    "AREA_NOT_IN_PLAN",
    "BOARDS_NONE",
    "ALERT_UNKNOWN",
    "BROADCAST_UNKNOWN",
    "BULLETIN_UNKNOWN",
    "CALLS_NONE",
    "CALL_UNKNOWN",
    "CAMPAIGN_UNKNOWN",
    "CHANGE_UNKNOWN",
    "DECISION_UNKNOWN",
    "DRAFT_UNKNOWN",
    "EPISODE_UNKNOWN",
    "IMPORT_UNKNOWN",
    "LANE_UNKNOWN",
    "OBLIGATION_UNKNOWN",
    "OPINION_UNKNOWN",
    "ORDER_UNKNOWN",
    "ORGANISATION_UNKNOWN",
    "PAPER_UNKNOWN",
    "PHOTO_UNKNOWN",
    "PUBLICATION_UNKNOWN",
    "REPORT_UNKNOWN",
    "SAMPLE_UNKNOWN",
    "TOKEN_UNKNOWN",
    "USER_UNKNOWN",
}
_CONFLICT = {
    "ASKED_LATELY",
    "CAMPAIGN_OVERTAKEN",
    "CHANGED_MEANWHILE",
    "CHANGE_ENDED",
    "CONTACT_CHANGED",
    "DRAFT_SUBMITTED",
    "FORM_SENT",
    "LAST_ADMINISTRATOR",
    "PROPOSAL_SETTLED",
    "PROPOSER_LEFT",
    "PUBLICATION_WITHDRAWN",
    "USER_ACTIVE",
    "USER_DISABLED",
    "USER_EXISTS",
    "BOARD_NOT_FOR",
    "BOARD_NO_ADDRESS",
    "BOARD_OUTSIDE_PLAN",
    "BROADCAST_ENDED",
    "MANIFEST_CONFLICT",
    "STANDING_CHANGED",
    "NATIONAL_REFUSED",
    "NO_LANE",
    "LEDGER_GUARDED",
    "TOKEN_EXISTS",
    "BROADCAST_NOT_LAUNCHED",
    "BROADCAST_NOT_WAITING",
    "BROADCAST_STOPPED",
    "DELIVERY_DECIDED",
    "OBLIGATION_BY_DECISION",
    "OBLIGATION_ENDED",
    "ORDER_DISMISSED",
    "ORDER_WITHOUT_DRAFT",
    "WARNING_IN_FORCE",
    "NOTHING_IN_FORCE",
    "PREVIOUS_UNKNOWN",
    "PREVIOUS_NEEDED",
    "DECISION_NOT_OPEN",
    "DECISION_NOT_LAUNCHED",
    "DECISION_REFUSED",
    "APPROVALS_TO_COME",
    "NOT_YOUR_TURN",
    "STEP_GIVEN",
    "ACKNOWLEDGEMENT_ENDED",
    "NOT_SIGNED",
    "SELECTION_DIFFERS",
}
_FORBIDDEN = {
    "APPROVALS_NOT_ALLOWED",
    "APPROVER_UNNAMED",
    "AREA_NOT_YOURS",
    "TITLE_UNKNOWN",
    "NOT_THE_DRAFTER",
    "OWN_DRAFT",
    "FORM_TOKEN",
    "NOT_ADMINISTRATOR",
    "OWN_CHANGE",
    "PERSON_NOT_ALLOWED",
}
_LATER = (429, 503)
_RETRY_AFTER = "10"  # seconds
log = logging.getLogger(__name__)


def problem(status: int, title: str, **members: object) -> web.Response:
    """A problem document; `members` extend it."""
    return web.Response(
        status=status,
        text=json.dumps(
            {"type": "about:blank", "title": title, "status": status, **members}, ensure_ascii=False
        ),
        content_type="application/problem+json",
    )


def of_input(error: InputError) -> web.Response:
    """Bad input as a problem document; beside a warning in force `next` says what may be done instead."""
    members: dict[str, object] = {"error": error.as_json()}
    if isinstance(error, WarningInForce):
        members["next"] = {"previous": error.decision_id, "actions": list(error.actions)}
    response = problem(status_of(error), error.message_en, **members)
    say_when(response)
    return response


def say_when(response: web.StreamResponse) -> None:
    """Tell whoever was sent away because too much is under way when to come again."""
    if response.status in _LATER:
        response.headers.setdefault("Retry-After", _RETRY_AFTER)


def status_of(error: InputError) -> int:
    """Bad input: not found, not allowed, a conflict with what is stored, too much, at the wrong moment, or
    unprocessable."""
    statuses = (
        (404, _NOT_FOUND),
        (403, _FORBIDDEN),
        (409, _CONFLICT),
        (413, {"FORM_TOO_LARGE"}),
        (429, {"TOO_MANY_AT_ONCE"}),
        (503, {"TOO_BUSY", "LEDGER_UNAVAILABLE"}),
    )
    return next((status for status, codes in statuses if error.code in codes), 422)


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what handlers raise into problem documents."""
    try:
        return await handler(request)
    except InputError as error:
        return of_input(error)
    except Refused as refused:
        return problem(422, "the checks refuse this decision", check=refused.check.as_json())
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = problem(error.status, HTTPStatus(error.status).phrase)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except TimeoutError:
        return problem(408, "the request took too long")
    except Exception as error:
        if (away := unavailable(error)) is not None:
            log.error("ledger_unavailable", extra={"error": type(error).__name__})
            return of_input(away)
        # neither the path nor the error's own words: they may hold keys and numbers
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("a request failed: %s\n%s", type(error).__name__, where)
        return problem(500, "internal error")
