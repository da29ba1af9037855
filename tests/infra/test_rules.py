"""What AWS Solutions' rules (cdk-nag) find in the deployment is known, and each has its reason."""

import json
from pathlib import Path

ACCEPTED = {
    "AwsSolutions-APIG1": "WebSocket logs need one role for the whole account; our function logs.",
    "AwsSolutions-APIG4": "Public routes are listed one by one in test_public_routes.",
    "AwsSolutions-CFR1": "No country is shut out.",
    "AwsSolutions-CFR2": "A firewall costs by the month; the gateway throttles.",
    "AwsSolutions-CFR4": "Only without a domain: CloudFront's own certificate allows no policy.",
    "AwsSolutions-COG2": "A second factor is offered, not forced on listeners.",
    "AwsSolutions-COG8": "The plus plan costs by the head; operators may bring an issuer.",
    "AwsSolutions-EC23": "Clients send their media to one UDP port, from anywhere.",
    "AwsSolutions-ECS2": "What is told by the environment is no secret; those come by reference.",
    "AwsSolutions-IAM4": "The CDK's helper that copies the web client's files.",
    "AwsSolutions-IAM5": "Parts whose names are made at run time; test_rights lists the rest.",
    "AwsSolutions-L1": "One version of Python everywhere, and the CDK's own helpers.",
    "AwsSolutions-SMG4": "Secrets are rotated by the operator, with a deploy: operations.md.",
    "AwsSolutions-SQS3": "These are dead letters, of functions and not of queues.",
}


def test_the_rules_find_what_is_accepted_and_nothing_else(cloud: Path) -> None:
    reports = json.loads((cloud / "validation-report.json").read_text())["pluginReports"]
    (report,) = [each for each in reports if each["pluginName"] == "AwsSolutions"]

    found = {each["ruleName"].partition("[")[0] for each in report["violations"]}

    assert found == set(ACCEPTED)
