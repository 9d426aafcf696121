"""The JSON schema of plan files, for editors and other programs.

`python -m gateway.plans.schema` renews `message_templates/plans/plan.schema.json`; a test compares.
"""

import json
from importlib.resources import files
from pathlib import Path

from gateway.plans.model import Plan


def schema() -> str:
    """The schema as JSON text: sorted keys, two spaces, a line feed at the end."""
    return json.dumps(Plan.model_json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write the schema beside the plans."""
    target = Path(str(files("message_templates"))) / "plans" / "plan.schema.json"
    target.write_text(schema(), "utf-8")


if __name__ == "__main__":
    main()
