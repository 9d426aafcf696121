"""A prepared or submitted decision as the API and the commands show it."""

from typing import Any

from gateway.broadcasts.prepare import Prepared
from gateway.broadcasts.submit import Submitted


def prepared_json(prepared: Prepared) -> dict[str, Any]:
    """What would leave: checks, manifest, recipients by audience and channel, who is skipped and why."""
    selection = prepared.selection
    return {
        "check": prepared.check.as_json(),
        "plan_version": prepared.loaded.version,
        "manifest": prepared.manifest,
        "recipients": {
            "total": len(selection.targets),
            "organisations": len({target.organisation_id for target in selection.targets}),
            "counts": [
                {"audience": audience, "channel": channel, "recipients": number}
                for (audience, channel), number in sorted(selection.counts().items())
            ],
            "skipped": [
                {"code": each.code, "name": each.name, "reason": each.reason} for each in selection.skipped
            ],
            "outside": selection.outside,
        },
        "notices": [
            {
                "audience": notice.audience,
                "sector": notice.sector,
                "medium": notice.medium,
                "title": notice.title,
                "messages": len(notice.messages),
                "segments": notice.segments,
                "bytes": notice.bytes,
            }
            for notice in prepared.notices
        ],
    }


def submitted_json(submitted: Submitted) -> dict[str, Any]:
    """A frozen decision: its id, the manifest to launch it by, and whether it was launched before."""
    recorded = submitted.recorded
    return {
        "id": recorded.id,
        "episode": recorded.episode_id,
        "broadcast": recorded.broadcast_id,
        "manifest": recorded.manifest,
        "launched": recorded.launched,
        **({} if submitted.prepared is None else prepared_json(submitted.prepared)),
    }
