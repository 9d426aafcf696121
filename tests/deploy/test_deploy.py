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
from gateway.web.serving.running import SHUTDOWN_SECONDS

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = {name: (DEPLOY / f"{name}.service").read_text("utf-8") for name in ("airwarn", "airwarn-work")}
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def option(unit: str, name: str) -> str:
    found = re.search(rf"(?m)^{name}=(.*)$", UNITS[unit])
    assert found, name
    return found[1]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path, unit: str) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd; the unit was NOT verified")
    installed = tmp_path / f"{unit}.service"  # as if airwarn were installed
    installed.write_text(UNITS[unit].replace("/opt/airwarn/venv/bin/airwarn", sys.executable), "utf-8")
    done = subprocess.run([analyze, "verify", str(installed)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_systemd_waits_longer_than_a_stop_may_take() -> None:
    longest = max(model.model_fields["timeout"].default for model in (AccountSettings, SmtpSettings))
    seconds = longest + SHUTDOWN_SECONDS
    for unit in UNITS:
        assert int(option(unit, "TimeoutStopSec")) > seconds
    for service in ("airwarn", "worker"):
        assert int(COMPOSE["services"][service]["stop_grace_period"].removesuffix("s")) > seconds


@pytest.mark.parametrize(("unit", "command"), [("airwarn", "serve"), ("airwarn-work", "work")])
def test_the_unit_runs_a_command_that_there_is_as_its_own_user_in_its_own_folder(
    unit: str, command: str
) -> None:
    assert option(unit, "ExecStart").endswith(f"/airwarn {command}")
    found = [option(unit, name) for name in ("User", "StateDirectory", "ProtectSystem")]
    assert found == ["airwarn", "airwarn", "strict"]
    assert "AIRWARN_SETTINGS=" in option(unit, "Environment")


def test_compose_sets_only_settings_that_there_are() -> None:
    services = COMPOSE["services"]
    assert services.keys() == {"airwarn", "worker", "postgres", "valkey"}
    for name in (*services["airwarn"]["environment"], *services["worker"]["environment"]):
        assert name.removeprefix("AIRWARN_").lower() in Settings.model_fields
    assert services["worker"]["command"] == ["work"]
    for name in ("worker", "postgres", "valkey"):
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
