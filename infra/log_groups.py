"""Where logs are kept, and for how long."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.settings import Settings


def log_group(
    scope: Construct, name: str, log_group_name: str, settings: Settings
) -> logs.LogGroup:
    """A group whose lines last as long as the settings say; it goes with its stack."""
    group = logs.LogGroup(
        scope, name, log_group_name=log_group_name, removal_policy=RemovalPolicy.DESTROY
    )
    # The construct only knows an enumeration; CloudFormation takes the number.
    resource = group.node.default_child
    if isinstance(resource, logs.CfnLogGroup):
        resource.retention_in_days = settings.operations.log_retention_days
    return group
