"""Each template is what CloudFormation's own schemas ask for, before it is sent there."""

from pathlib import Path

from cfnlint.api import ManualArgs, lint_by_config

from tests.infra.conftest import REGION

TOLD_TWICE = "W3005"
"""The CDK says of each function that it depends on its role, which a reference says already."""

LOGS_BY_LIST = "W3045"
"""CloudFront writes its standard logs by an access control list."""


def test_types_names_references_and_policies_are_as_the_schemas_have_them(cloud: Path) -> None:
    templates = [str(path) for path in cloud.glob("*.template.json")]

    checks = [TOLD_TWICE, LOGS_BY_LIST]
    found = lint_by_config(ManualArgs(templates=templates, regions=[REGION], ignore_checks=checks))

    assert len(templates) > 1
    assert [str(each) for each in found] == []
