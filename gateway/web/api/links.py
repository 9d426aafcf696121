"""What may be asked next with what an operation answered: the links of its description (OpenAPI 3.1)."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Link(NamedTuple):
    """An operation that takes values of another's answer. `parameters`: those of its path, and `body` fields
    of its body, each a JSON pointer into the answer, or `$request.path.…`."""

    operation: str
    parameters: Mapping[str, str]
    body: Mapping[str, str] = {}


def _each(operations: Iterable[str], parameters: Mapping[str, str], **body: str) -> tuple[Link, ...]:
    return tuple(Link(each, parameters, body) for each in operations)


_OF_DECISION = ("list_notices", "list_recipients", "list_opinions", "withdraw_decision")
_BY_MANIFEST = ("approve_decision", "return_decision", "refuse_decision", "launch_decision")
_OF_BROADCAST = (
    *("list_deliveries", "list_undecided", "leave_undecided", "get_unsigned", "list_acknowledgements"),
    *("get_handover", "list_alerts", "stop_broadcast"),
)
_OF_ORGANISATION = (
    *("list_organisation_changes", "amend_organisation", "switch_organisation_off"),
    "get_organisation",
)
_OF_EPISODE = ("get_episode", "list_progress", "publish_progress", "post_bulletin")
_ID = {"id": "/id"}

LINKS: Mapping[str, tuple[Link, ...]] = {
    "submit_decision": (
        *_each(("get_decision", *_OF_DECISION), _ID),
        *_each(_BY_MANIFEST, _ID, manifest="/manifest"),
    ),
    "list_decisions": _each(("get_decision",), {"id": "/decisions/0/id"}),
    "get_decision": (*_each(_OF_DECISION, _ID), *_each(_BY_MANIFEST, _ID, manifest="/manifest")),
    "launch_decision": _each(("get_broadcast", *_OF_BROADCAST), _ID),
    "list_broadcasts": _each(("get_broadcast",), {"id": "/broadcasts/0/id"}),
    "get_broadcast": (*_each(_OF_BROADCAST, _ID), *_each(("get_decision",), {"id": "/decision"})),
    "list_acknowledgements": (
        *_each(("list_photos",), {"id": "$request.path.id", "number": "/acknowledgements/0/id"}),
        *_each(
            ("acknowledge",),
            {"id": "$request.path.id"},
            organisation="/acknowledgements/0/organisation/code",
        ),
    ),
    "list_alerts": _each(("get_alert",), {"identifier": "/alerts/0/identifier"}),
    "list_calls": _each(("record_call",), {"id": "/calls/0/id"}),
    "list_organisations": _each(("get_organisation",), {"code": "/organisations/0/code"}),
    "get_organisation": _each(_OF_ORGANISATION[:-1], {"code": "/code"}),
    "amend_organisation": _each(_OF_ORGANISATION, {"code": "/code"}),
    "import_directory": _each(("show_import",), _ID),
    "list_episodes": _each(_OF_EPISODE, {"id": "/episodes/0/id"}),
    "post_bulletin": _each(("get_bulletin",), {"id": "$request.path.id", "number": "/number"}),
    "publish_progress": _each(("withdraw_progress",), {"id": "$request.path.id", "number": "/id"}),
    "list_lanes": _each(("park_lane", "open_lane"), {"id": "/lanes/0/id"}),
    "park_lane": _each(("open_lane",), _ID),
    "list_obligations": _each(("get_obligation",), {"id": "/obligations/0/id"}),
    "get_obligation": _each(("receive_report", "waive_obligation"), _ID),
    "list_orders": _each(("get_order", "get_order_draft", "dismiss_order"), {"id": "/orders/0/id"}),
    "start_verification": _each(("get_verification", "end_verification"), {"id": "/campaign/id"}),
    "list_verifications": _each(("get_verification",), {"id": "/campaigns/0/id"}),
    "list_plans": _each(("get_plan", "lint_plan", "list_duties", "sum_reductions"), {"id": "/plans/0/id"}),
}


def described(operation: str) -> dict[str, Any]:
    """The links of an operation's good answer, as the description has them."""
    return {
        each.operation: {
            "operationId": each.operation,
            "parameters": {name: _expression(value) for name, value in each.parameters.items()},
            **({"requestBody": {k: _expression(v) for k, v in each.body.items()}} if each.body else {}),
        }
        for each in LINKS.get(operation, ())
    }


def _expression(value: str) -> str:
    return value if value.startswith("$") else f"$response.body#{value}"
