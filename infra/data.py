"""The data stack: tables, secrets, accounts' user pool, where alarms go: whatever must last.

The tables are those of `core.tables`. A secret is a JSON object of the names under which processes
know its values (`functions.shared.aws`); AWS makes the first ones up, so that no template has them.
"""

from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from core.tables import TABLES, TableSpec
from infra.settings import Settings


class DataStack(Stack):
    """Every table on demand, recoverable to any second of 35 days, and not deleted by mistake."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, name, **options)
        prefix = settings.prefix
        self.tables = {spec: table(self, spec, prefix) for spec in TABLES}
        self.room_secret = made_up(self, "RoomSecrets", f"{prefix}room", "STOA_ROOM_SECRETS")
        self.edge_secret = made_up(self, "EdgeProof", f"{prefix}edge", "STOA_EDGE_PROOF")
        self.stripe_secret = self._stripe(settings)
        self.alarms = sns.Topic(self, "Alarms", topic_name=f"{prefix}alarms", enforce_ssl=True)
        if settings.operations.alarm_email:
            address = settings.operations.alarm_email
            self.alarms.add_subscription(subscriptions.EmailSubscription(address))
        self.mail = ses.EmailIdentity(
            self, "Mail", identity=ses.Identity.domain(settings.mail_domain)
        )
        self.pool = None if settings.sign_in else user_pool(self, settings)

    def _stripe(self, settings: Settings) -> secretsmanager.ISecret:
        """Until its key is written into it nobody can sell, and no webhook is believed."""
        if settings.stripe.secret:
            return secretsmanager.Secret.from_secret_name_v2(self, "Stripe", settings.stripe.secret)
        template = '{"STOA_STRIPE_KEY": "sk_not_set"}'
        name = f"{settings.prefix}stripe"
        return made_up(self, "Stripe", name, "STOA_STRIPE_WEBHOOK_SECRETS", template)


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


def made_up(
    stack: Stack, construct: str, name: str, field: str, template: str = "{}"
) -> secretsmanager.Secret:
    """A secret whose `field` Secrets Manager makes up: 43 letters and digits, 256 bits."""
    return secretsmanager.Secret(
        stack,
        construct,
        secret_name=name,
        generate_secret_string=secretsmanager.SecretStringGenerator(
            secret_string_template=template,
            generate_string_key=field,
            password_length=43,
            exclude_punctuation=True,
        ),
        removal_policy=RemovalPolicy.RETAIN,
    )


def user_pool(stack: Stack, settings: Settings) -> cognito.UserPool:
    """Who signs in: people register themselves, by an address that they must prove."""
    prefix, accounts = settings.prefix, settings.accounts
    guarded = accounts.threat_protection
    pool = cognito.UserPool(
        stack,
        "People",
        user_pool_name=f"{prefix}people",
        self_sign_up_enabled=True,
        sign_in_aliases=cognito.SignInAliases(email=True, preferred_username=True, username=True),
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        keep_original=cognito.KeepOriginalAttrs(email=True),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        password_policy=cognito.PasswordPolicy(
            min_length=12,
            require_lowercase=True,
            require_uppercase=True,
            require_digits=True,
            require_symbols=True,
            temp_password_validity=Duration.days(3),
        ),
        mfa=cognito.Mfa[accounts.second_factor.upper()],
        mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
        feature_plan=cognito.FeaturePlan.PLUS if guarded else cognito.FeaturePlan.ESSENTIALS,
        standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION
        if guarded
        else None,
        deletion_protection=True,
        removal_policy=RemovalPolicy.RETAIN,
    )
    pool.add_domain(
        "Pages",
        # Domains of user pools are one name space for all accounts.
        cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{prefix}{stack.account}"),
    )
    cognito.CfnUserPoolGroup(
        stack,
        "Moderators",
        user_pool_id=pool.user_pool_id,
        group_name=settings.moderators.group,
    )
    return pool
