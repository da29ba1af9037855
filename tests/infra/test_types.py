"""mypy looks into those parts of the CDK that `infra` is made of, and into no others."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMPORTED = re.compile(r"^from aws_cdk import (?:\(\n)?(.+?)(?:\n\)|$)", re.MULTILINE | re.DOTALL)


def test_every_part_that_infra_imports_has_its_types():
    imports = (IMPORTED.findall(path.read_text()) for path in (ROOT / "infra").rglob("*.py"))
    used = {name for found in imports for each in found for name in re.findall(r"aws_\w+", each)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    overrides = project["tool"]["mypy"]["overrides"]
    followed = (each["module"] for each in overrides if each.get("follow_imports") == "normal")

    assert len(used) > 20
    assert {f"aws_cdk.{name}" for name in used} <= {name for names in followed for name in names}
