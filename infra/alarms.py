"""The alarms stack: what somebody is woken for, the dashboard, and the month's budget.

What the planes log is counted here by metric filters: a worker's report each minute, and facts such
as `stripe.unavailable`. Dead letters have alarms of their own beside their queues.
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.tickets.rules.ledger import Unbalanced
from infra.dashboard import Seen, dashboard, requests
from infra.dead_letters import ChangesPutAside, DeadLetters
from infra.fargate import LOAD, FargatePlane
from infra.gateway import GatewayStack
from infra.settings import Settings

PERIOD = Duration.minutes(5)
NO_DATA_IS_FINE = cloudwatch.TreatMissingData.NOT_BREACHING
NO_DATA_IS_TROUBLE = cloudwatch.TreatMissingData.BREACHING
AT_LEAST = cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
FULL_PERCENT = 85
"""Tasks come at 60: above this there are as many as the settings allow, or they don't start."""

FACTS = {
    "ledger_unbalanced": (
        f'{{ ($.errorType = "{Unbalanced.__name__}") || ($.message = "ledger.fault") }}'
    ),
    "stripe_unavailable": '{ $.message = "stripe.unavailable" }',
    "events_missed": '{ $.message = "event.missed" }',
    "refunds_failed": '{ $.message = "refund.failed" }',
}
"""What functions that move money log, and how CloudWatch Logs finds it, by its metric's name."""

MONEY = "tickets"
"""How the names of those functions begin."""


class AlarmsStack(Stack):
    """Alarms tell `topic`. `functions`, `queues` and `dead_letters` are those of all stacks."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        topic: sns.ITopic,
        gateway: GatewayStack,
        functions: Mapping[str, lambda_.Function],
        queues: Mapping[str, sqs.Queue],
        dead_letters: Mapping[str, DeadLetters | ChangesPutAside],
        tables: Mapping[str, dynamodb.Table],
        media: FargatePlane,
        captions: FargatePlane,
        distribution: cloudfront.Distribution,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        self._namespace = f"{settings.prefix}control"
        self._action = actions.SnsAction(topic)
        facts = {fact: self._fact(fact, functions) for fact in FACTS}
        doors = self._failing_door(gateway.log)
        self._media(media, doors)
        self._captions(captions)
        self._money(facts)
        self._control(gateway, functions, queues, tables)
        dashboard(
            self,
            settings.prefix.rstrip("-"),
            Seen(
                media=media,
                captions=captions,
                api_id=gateway.http.ref,
                functions=functions,
                queues=queues,
                dead_letters=dead_letters,
                tables=tables,
                facts=facts | {"media_door_failed": doors},
                distribution=distribution,
            ),
        )
        operations = settings.operations
        if operations.monthly_budget_usd is not None and operations.alarm_email is not None:
            dollars, reader = operations.monthly_budget_usd, operations.alarm_email
            budget(self, settings.prefix, dollars=dollars, reader=reader)

    def _media(self, media: FargatePlane, doors: cloudwatch.Metric) -> None:
        of = {name: metric.with_(period=PERIOD) for name, metric in media.metrics.items()}
        share = cloudwatch.MathExpression(
            expression="IF(failed >= 5, 100 * failed / (failed + joined), 0)",
            using_metrics={"failed": of["joins_failed"], "joined": of["joins"]},
            period=PERIOD,
            label="joins that failed, %",
        )
        self._alarm("JoinsFail", share, 10, "1 join in 10 gets no connection: is UDP open?")
        self._alarm("MediaDoorFails", doors, 5, "The media door answers 5xx: are workers there?")
        late = "Sound is late: a worker has too little CPU, or too many rooms."
        self._alarm("TicksLate", of["ticks_late"], 150, late)
        self._alarm("TicksLost", of["ticks_given_up"], 50, "Sound was lost: see TicksLate.")
        self._alarm("WorkerBugs", of["tasks_failed"], 1, "A task of a media worker broke.")
        gaps = "Media workers were thought dead: DynamoDB is slow, or their CPU is."
        self._alarm("HeartbeatGaps", of["heartbeat_gaps"], 1, gaps)
        self._fleet("Media", media)

    def _captions(self, captions: FargatePlane) -> None:
        of = captions.metrics
        delay = of["delay_ms"].with_(statistic="Average")
        self._alarm("CaptionsLate", delay, 3000, "Captions come 3 s after the words.")
        self._alarm("CaptionsLost", of["lines_dropped"], 1, "Lines of captions were dropped.")
        self._alarm("CaptionBugs", of["speaker_failures"], 1, "Captioning a speaker broke.")
        self._fleet("Captions", captions)

    def _fleet(self, name: str, plane: FargatePlane) -> None:
        load = plane.metrics[LOAD]
        full = f"{name} is nearly full: raise max_tasks, or see why tasks don't start."
        self._alarm(f"{name}Full", load.with_(statistic="Average"), FULL_PERCENT, full)
        self._alarm(
            f"{name}Gone",
            load.with_(statistic="SampleCount"),
            1,
            f"No {name.lower()} worker reports itself.",
            comparison=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            missing=NO_DATA_IS_TROUBLE,
        )

    def _money(self, facts: Mapping[str, cloudwatch.Metric]) -> None:
        unbalanced = "A posting was refused, or the audit found a fault: money and ledger differ."
        self._alarm("LedgerUnbalanced", facts["ledger_unbalanced"], 1, unbalanced)
        self._alarm("StripeDown", facts["stripe_unavailable"], 5, "Stripe does not answer.")
        missed = "Stripe's webhooks did not reach us; the events were fetched instead."
        self._alarm("WebhooksMissed", facts["events_missed"], 1, missed)
        self._alarm("RefundsFail", facts["refunds_failed"], 1, "A refund came back from the bank.")

    def _control(
        self,
        gateway: GatewayStack,
        functions: Mapping[str, lambda_.Function],
        queues: Mapping[str, sqs.Queue],
        tables: Mapping[str, dynamodb.Table],
    ) -> None:
        broken = requests(gateway.http.ref, "5xx", "Sum")
        self._alarm("ApiFails", broken, 10, "The API answers 5xx.")
        for name, function in functions.items():
            failed = cloudwatch.MathExpression(
                expression="errors + throttles",
                using_metrics={
                    "errors": function.metric_errors(period=PERIOD),
                    "throttles": function.metric_throttles(period=PERIOD),
                },
                period=PERIOD,
                label=name,
            )
            self._alarm(f"Fails-{name}", failed, 1, f"{name} raised, timed out or was throttled.")
        for name, queue in queues.items():
            age = queue.metric_approximate_age_of_oldest_message(period=PERIOD)
            self._alarm(f"Waits-{name}", age, 600, f"Messages wait in {name} for ten minutes.")
        for name, table in tables.items():
            throttled = cloudwatch.MathExpression(
                expression="reads + writes",
                using_metrics={
                    "reads": table.metric("ReadThrottleEvents", period=PERIOD, statistic="Sum"),
                    "writes": table.metric("WriteThrottleEvents", period=PERIOD, statistic="Sum"),
                },
                period=PERIOD,
                label=name,
            )
            self._alarm(f"Throttled-{name}", throttled, 10, f"DynamoDB throttles {name}.")

    def _alarm(
        self,
        name: str,
        metric: cloudwatch.IMetric,
        threshold: float,
        description: str,
        *,
        comparison: cloudwatch.ComparisonOperator = AT_LEAST,
        missing: cloudwatch.TreatMissingData = NO_DATA_IS_FINE,
    ) -> None:
        """One that is told when it begins and when it is over. Periods are of five minutes."""
        five_minutes = (
            metric.with_(period=PERIOD) if isinstance(metric, cloudwatch.Metric) else metric
        )
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self._namespace.removesuffix('control')}{name}",
            alarm_description=description,
            metric=five_minutes,
            threshold=threshold,
            evaluation_periods=1,
            comparison_operator=comparison,
            treat_missing_data=missing,
        )
        alarm.add_alarm_action(self._action)
        alarm.add_ok_action(self._action)

    def _fact(self, fact: str, functions: Mapping[str, lambda_.Function]) -> cloudwatch.Metric:
        """How often any function that moves money logged it."""
        found = [
            self._filter(f"{fact}-{name}", fact, function.log_group, FACTS[fact])
            for name, function in functions.items()
            if name.startswith(MONEY)
        ]
        return found[0].metric(statistic="Sum", period=PERIOD)

    def _failing_door(self, access_log: logs.ILogGroup) -> cloudwatch.Metric:
        pattern = '{ ($.routeKey = "POST /media/{room_id}") && ($.status = "5*") }'
        found = self._filter("media_door", "media_door_failed", access_log, pattern)
        return found.metric(statistic="Sum", period=PERIOD)

    def _filter(
        self, name: str, metric_name: str, log: logs.ILogGroup, pattern: str
    ) -> logs.MetricFilter:
        return logs.MetricFilter(
            self,
            f"Fact-{name}",
            log_group=log,
            filter_pattern=logs.FilterPattern.literal(pattern),
            metric_namespace=self._namespace,
            metric_name=metric_name,
            metric_value="1",
        )


def budget(scope: Construct, prefix: str, *, dollars: int, reader: str) -> None:
    """The account's month: a letter when four fifths are spent, and when all is bound to be."""
    by_mail = budgets.CfnBudget.SubscriberProperty(address=reader, subscription_type="EMAIL")
    budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=f"{prefix}month",
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=dollars, unit="USD"),
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[by_mail],
            )
            for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
        ],
    )
