"""The data stack: the tables of `core.tables`, as this deployment keeps them."""

from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from core.tables import TABLES, TableSpec


class DataStack(Stack):
    """Every table on demand, recoverable to any second of 35 days, and not deleted by mistake."""

    def __init__(self, scope: Construct, name: str, *, prefix: str, **options: Any) -> None:
        super().__init__(scope, name, **options)
        self.tables = {spec: table(self, spec, prefix) for spec in TABLES}


def table(stack: Stack, spec: TableSpec, prefix: str) -> dynamodb.Table:
    """One table as `core.tables.create_table_request` describes it."""
    created = dynamodb.Table(
        stack,
        spec.name.title(),
        table_name=prefix + spec.name,
        partition_key=text("pk"),
        sort_key=text("sk") if spec.sort_key else None,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        time_to_live_attribute=spec.expires,
        stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if spec.stream else None,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=True,
        removal_policy=RemovalPolicy.RETAIN,
    )
    for index in spec.indexes:
        created.add_global_secondary_index(
            index_name=index,
            partition_key=text(f"{index}_pk"),
            sort_key=text(f"{index}_sk"),
            projection_type=dynamodb.ProjectionType.ALL,
        )
    return created


def text(name: str) -> dynamodb.Attribute:
    """A key of type S."""
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
