"""What installs airwarn: the systemd unit, the compose file, the image, the dashboard."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.metrics import Metrics
from gateway.settings import AccountSettings, Settings, SmtpSettings
from gateway.web.running import SHUTDOWN_SECONDS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "airwarn.service").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def option(name: str) -> str:
    found = re.search(rf"(?m)^{name}=(.*)$", UNIT)
    assert found, name
    return found[1]


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd; the unit was NOT verified")
    installed = tmp_path / "airwarn.service"  # as if airwarn were installed
    installed.write_text(UNIT.replace("/opt/airwarn/venv/bin/airwarn", sys.executable), "utf-8")
    done = subprocess.run([analyze, "verify", str(installed)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_waits_longer_than_a_stop_may_take() -> None:
    longest = max(model.model_fields["timeout"].default for model in (AccountSettings, SmtpSettings))
    seconds = longest + SHUTDOWN_SECONDS
    assert int(option("TimeoutStopSec")) > seconds
    assert int(COMPOSE["services"]["airwarn"]["stop_grace_period"].removesuffix("s")) > seconds


def test_the_unit_runs_a_command_that_there_is_as_its_own_user_in_its_own_folder() -> None:
    assert option("ExecStart").endswith("/airwarn serve")
    assert (option("User"), option("StateDirectory"), option("ProtectSystem")) == (
        "airwarn",
        "airwarn",
        "strict",
    )
    assert "AIRWARN_SETTINGS=" in option("Environment")


def test_compose_sets_only_settings_that_there_are() -> None:
    services = COMPOSE["services"]
    assert services.keys() == {"airwarn", "postgres", "valkey"}
    for name in services["airwarn"]["environment"]:
        assert name.removeprefix("AIRWARN_").lower() in Settings.model_fields
    for name in ("postgres", "valkey"):  # not used by the application yet
        assert services[name]["profiles"] == ["several-machines"]
    used = {volume.partition(":")[0] for each in services.values() for volume in each.get("volumes", [])}
    assert {name for name in used if not name.startswith(".")} == COMPOSE["volumes"].keys()
    assert (DEPLOY / services["airwarn"]["build"]["context"]).resolve() == ROOT
    assert (ROOT / services["airwarn"]["build"]["dockerfile"]).is_file()


def test_the_image_copies_what_there_is() -> None:
    for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines():
        if line.startswith("COPY "):
            assert all((ROOT / name).exists() for name in line.split()[1:-1]), line


def names() -> set[str]:
    """Every metric of ours, as it is exposed."""
    families = Metrics().registry.collect()
    return {family.name for family in families if family.name.startswith("airwarn")}


def test_every_metric_is_explained_and_every_metric_explained_is_there() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    explained = {re.sub(r"_(total|info)$", "", name) for name in re.findall(r"(?m)^\| `(airwarn_\w+)", text)}
    assert explained == names()


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text("utf-8"))
    asked = {target["expr"] for panel in dashboard["panels"] for target in panel["targets"]}
    found = {
        re.sub(r"_(total|bucket|sum|count)$", "", name)
        for expr in asked
        for name in re.findall(r"airwarn_\w+", expr)
    }
    assert found
    assert found <= names()
