"""The captions stack: the caption plane on Fargate. Media workers find its tasks in the fleet."""

from typing import Any

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from core.tables import CAPTIONS, ROOMS, WORKERS
from infra.data import DataStack
from infra.fargate import FargatePlane, Process, rights
from infra.network import CAPTIONS_PORT, NetworkStack
from infra.settings import Settings

MEASURED = (
    "load",
    "speakers",
    "streams",
    "delay_ms",
    "lines_stored",
    "lines_dropped",
    "streams_reopened",
    "speaker_failures",
)


class CaptionsStack(Stack):
    """Caption workers; `plane` is their service."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        data: DataStack,
        network: NetworkStack,
        **options: Any,
    ) -> None:
        super().__init__(scope, name, **options)
        captions = settings.captions
        environment = {
            "STOA_TABLE_PREFIX": settings.prefix,
            "STOA_CAPTIONS_PORT": str(CAPTIONS_PORT),
            "STOA_CAPTIONS_CAPACITY": str(captions.speakers_per_worker),
        }
        if captions.vocabulary_filter is not None:
            environment |= {
                "STOA_VOCABULARY_FILTER": captions.vocabulary_filter,
                "STOA_VOCABULARY_FILTER_METHOD": captions.vocabulary_filter_method,
            }
        self.plane = FargatePlane(
            self,
            "captions",
            Process(
                package="captions",
                port=CAPTIONS_PORT,
                event="captions.measured",
                measured=MEASURED,
                environment=environment,
                rights=self._rights(settings, data),
            ),
            settings=settings,
            plane=captions,
            vpc=network.vpc,
            group=network.captions,
        )

    def _rights(self, settings: Settings, data: DataStack) -> list[iam.PolicyStatement]:
        rooms, captions, workers = (
            data.tables[spec].table_arn for spec in (ROOMS, CAPTIONS, WORKERS)
        )
        vocabularies = self.format_arn(
            service="transcribe",
            resource="vocabulary",
            resource_name=f"{settings.prefix}*",
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        # Of these the service reference lists no resources: they are allowed on all, or not at all.
        everywhere = ("CreateVocabulary", "ListVocabularies", "StartStreamTranscription")
        return [
            rights(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"], captions),
            rights(["dynamodb:ConditionCheckItem"], rooms),
            rights(["dynamodb:PutItem", "dynamodb:DeleteItem"], workers),
            rights(["transcribe:GetVocabulary", "transcribe:DeleteVocabulary"], vocabularies),
            rights([f"transcribe:{action}" for action in everywhere], "*"),
        ]
