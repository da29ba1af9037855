"""The dashboard: a row for each plane, from what people hear down to what carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.dead_letters import ChangesPutAside, DeadLetters
from infra.fargate import LOAD, FargatePlane

PERIOD = Duration.minutes(5)
WIDTH, HEIGHT = 8, 6
"""Of a graph; a row is 24 wide."""

CLOUDFRONTS_REGION = "us-east-1"
"""CloudFront writes its metrics there, wherever the deployment is."""

Metrics = Iterable[cloudwatch.IMetric]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What there is to see, from all stacks."""

    media: FargatePlane
    captions: FargatePlane
    api_id: str
    functions: Mapping[str, lambda_.Function]
    queues: Mapping[str, sqs.Queue]
    dead_letters: Mapping[str, DeadLetters | ChangesPutAside]
    tables: Mapping[str, dynamodb.Table]
    facts: Mapping[str, cloudwatch.Metric]
    distribution: cloudfront.Distribution


def dashboard(scope: Construct, name: str, seen: Seen) -> cloudwatch.Dashboard:
    """Everything on one page."""
    return cloudwatch.Dashboard(
        scope,
        "Dashboard",
        dashboard_name=name,
        default_interval=Duration.hours(3),
        widgets=[
            heading("Rooms and sound"),
            media(seen.media),
            heading("Captions"),
            captions(seen.captions),
            heading("API and web client"),
            api(seen),
            heading("Functions"),
            functions(seen.functions),
            heading("Tickets, reminders, alerts"),
            work(seen),
            heading("Tables"),
            tables(seen.tables),
        ],
    )


def media(plane: FargatePlane) -> list[cloudwatch.IWidget]:
    """The audio plane."""
    of = plane.metrics
    return [
        graph("People and rooms", [of["peers"], of["rooms"]]),
        graph("Joins", [of["joins"], of["joins_failed"]]),
        graph("Ticks of 20 ms", [of["ticks_late"], of["ticks_given_up"]]),
        use("Media workers", plane),
        graph("Trouble", [of[it] for it in ("cloud_failures", "heartbeat_gaps", "tasks_failed")]),
    ]


def captions(plane: FargatePlane) -> list[cloudwatch.IWidget]:
    """The caption plane."""
    of = plane.metrics
    return [
        graph("From word to text, ms", [of["delay_ms"].with_(statistic="Average")]),
        graph("Speakers and streams", [of["speakers"], of["streams"]]),
        graph("Lines", [of["lines_stored"], of["lines_dropped"]]),
        use("Caption workers", plane),
        graph("Trouble", [of["streams_reopened"], of["speaker_failures"]]),
    ]


def api(seen: Seen) -> list[cloudwatch.IWidget]:
    """What clients ask, and how long they wait."""
    api_id = seen.api_id
    failures = [requests(api_id, name, "Sum") for name in ("4xx", "5xx")]
    latency = [requests(api_id, "Latency", each) for each in ("p50", "p95", "p99")]
    served = {"DistributionId": seen.distribution.distribution_id, "Region": "Global"}
    edge = [
        cloudwatch.Metric(
            namespace="AWS/CloudFront",
            metric_name=name,
            dimensions_map=served,
            region=CLOUDFRONTS_REGION,
            statistic=statistic,
            period=PERIOD,
        )
        for name, statistic in (("Requests", "Sum"), ("5xxErrorRate", "Average"))
    ]
    return [
        graph("API requests", [requests(api_id, "Count", "Sum")]),
        graph("API failures", [*failures, seen.facts["media_door_failed"]]),
        graph("API latency, ms", latency),
        cloudwatch.GraphWidget(
            title="Web client", width=WIDTH, height=HEIGHT, region=CLOUDFRONTS_REGION, left=edge
        ),
    ]


def requests(api_id: str, name: str, statistic: str) -> cloudwatch.Metric:
    """What API Gateway says of all requests to an HTTP API."""
    return cloudwatch.Metric(
        namespace="AWS/ApiGateway",
        metric_name=name,
        dimensions_map={"ApiId": api_id},
        statistic=statistic,
        period=PERIOD,
    )


def functions(found: Mapping[str, lambda_.Function]) -> list[cloudwatch.IWidget]:
    """Every function in each graph."""
    each = found.values()
    return [
        graph("Errors", [it.metric_errors() for it in each]),
        graph("Throttles", [it.metric_throttles() for it in each]),
        graph("Duration, p95, ms", [it.metric_duration(statistic="p95") for it in each]),
    ]


def work(seen: Seen) -> list[cloudwatch.IWidget]:
    """What goes on behind requests."""
    queues, dead = seen.queues.values(), seen.dead_letters.values()
    money = [metric for name, metric in seen.facts.items() if name != "media_door_failed"]
    return [
        graph("Money", money),
        graph(
            "Oldest message, s", [it.metric_approximate_age_of_oldest_message() for it in queues]
        ),
        graph("Dead letters", [it.arrived for it in dead]),
    ]


def tables(found: Mapping[str, dynamodb.Table]) -> list[cloudwatch.IWidget]:
    """Every table in each graph."""

    def of(*names: str) -> Metrics:
        return [
            it.metric(name, statistic="Sum", period=PERIOD)
            for it in found.values()
            for name in names
        ]

    return [
        graph("Read units", of("ConsumedReadCapacityUnits")),
        graph("Write units", of("ConsumedWriteCapacityUnits")),
        graph("Throttles", of("ReadThrottleEvents", "WriteThrottleEvents")),
    ]


def use(title: str, plane: FargatePlane) -> cloudwatch.GraphWidget:
    """How much of their capacity and of their CPU tasks use."""
    load = plane.metrics[LOAD].with_(statistic="Average", label="capacity in use")
    cpu = plane.service.metric_cpu_utilization(label="CPU", period=PERIOD)
    return graph(f"{title}, %", [load, cpu])


def heading(text: str) -> list[cloudwatch.IWidget]:
    """A row of its own."""
    return [cloudwatch.TextWidget(markdown=f"## {text}", width=24, height=1)]


def graph(title: str, metrics: Metrics) -> cloudwatch.GraphWidget:
    """Lines over time."""
    return cloudwatch.GraphWidget(title=title, width=WIDTH, height=HEIGHT, left=list(metrics))
