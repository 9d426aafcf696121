"""The published JSON schema of plan files is that of the code."""

from importlib.resources import files

from gateway.plans.schema import schema


def test_the_packaged_schema_is_up_to_date() -> None:
    packaged = (files("message_templates") / "plans" / "plan.schema.json").read_text("utf-8")
    assert packaged == schema(), "out of date; renew it with: python -m gateway.plans.schema"
