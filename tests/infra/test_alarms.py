"""What somebody is woken for, and what they then look at."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from infra.alarms import budget

HEARD = (
    "JoinsFail",
    "MediaDoorFails",
    "TicksLate",
    "TicksLost",
    "HeartbeatGaps",
    "MediaGone",
    "MediaFull",
    "CaptionsLate",
    "CaptionsLost",
    "CaptionsGone",
    "LedgerUnbalanced",
    "StripeDown",
    "WebhooksMissed",
    "RefundsFail",
    "ApiFails",
    "Fails-rooms-app",
    "Fails-tickets-app",
    "Waits-alerts",
    "Throttled-rooms",
    "Throttled-tickets",
)
PLANES = ("stoa-media", "stoa-captions", "stoa-control")


@pytest.fixture
def alarms(resources: Any) -> dict[str, Any]:
    return {it["AlarmName"]: it for it in resources("alarms", "AWS::CloudWatch::Alarm")}


@pytest.mark.parametrize("name", HEARD)
def test_somebody_hears_of_it_and_of_its_end(alarms: Any, name: str) -> None:
    alarm = alarms[f"stoa-{name}"]

    assert len(alarm["AlarmActions"]) == len(alarm["OKActions"]) == 1
    assert alarm["AlarmDescription"]


def test_silence_is_trouble_only_where_workers_should_report(alarms: Any) -> None:
    silent = {name for name, it in alarms.items() if it["TreatMissingData"] == "breaching"}

    assert silent == {"stoa-MediaGone", "stoa-CaptionsGone"}


def test_what_is_wrong_with_the_ledger_is_counted_by_the_error_and_by_the_audit(
    resources: Any,
) -> None:
    patterns = {
        it["MetricTransformations"][0]["MetricName"]: it["FilterPattern"]
        for it in resources("alarms", "AWS::Logs::MetricFilter")
    }

    assert patterns["ledger_unbalanced"] == (
        '{ ($.errorType = "Unbalanced") || ($.message = "ledger.fault") }'
    )
    assert patterns["stripe_unavailable"] == '{ $.message = "stripe.unavailable" }'
    assert set(patterns) == {
        "events_missed",
        "ledger_unbalanced",
        "media_door_failed",
        "refunds_failed",
        "stripe_unavailable",
    }


def test_the_dashboard_is_json_and_shows_every_plane(resource: Any) -> None:
    body = json.loads(text(resource("alarms", "AWS::CloudWatch::Dashboard")["DashboardBody"]))

    graphs = [it["properties"] for it in body["widgets"] if it["type"] == "metric"]
    named = {
        metric[0] for graph in graphs for metric in graph["metrics"] if isinstance(metric[0], str)
    }
    assert named >= {
        *PLANES,
        "AWS/ApiGateway",
        "AWS/CloudFront",
        "AWS/DynamoDB",
        "AWS/ECS",
        "AWS/Lambda",
        "AWS/SQS",
    }
    assert all(graph["title"] and graph["region"] for graph in graphs)
    assert all(it["x"] + it["width"] <= 24 for it in body["widgets"])


def test_what_an_alarm_watches_is_on_the_dashboard(alarms: Any, resource: Any) -> None:
    body = text(resource("alarms", "AWS::CloudWatch::Dashboard")["DashboardBody"])
    watched = {
        metric["MetricName"]
        for alarm in alarms.values()
        for metric in [
            alarm,
            *(it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it),
        ]
        if "MetricName" in metric
    }

    assert {name for name in watched if f'"{name}"' not in body} == set()


def test_a_month_that_costs_more_is_told_by_mail() -> None:
    stack = cdk.Stack(cdk.App(), "alarms")

    budget(stack, "stoa-", dollars=100, reader="you@stoa.test")

    (found,) = Template.from_stack(stack).find_resources("AWS::Budgets::Budget").values()
    told = found["Properties"]["NotificationsWithSubscribers"]
    assert found["Properties"]["Budget"]["BudgetLimit"] == {"Amount": 100, "Unit": "USD"}
    assert {it["Subscribers"][0]["Address"] for it in told} == {"you@stoa.test"}


def text(value: Any) -> str:
    """A text of a template, with a word for every reference."""
    if isinstance(value, str):
        return value
    parts = value["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else "reference" for part in parts)
