"""A plane as a Fargate service: its image, its tasks and their rights, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aws_cdk import Duration, IgnoreMode
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environment_file import EnvironmentFile
from infra.log_groups import log_group
from infra.settings import Plane, Settings

ROOT = Path(__file__).parent.parent
PACKAGES = frozenset({"captions", "media_workers"})
STOPS_WITHIN = Duration.seconds(120)
"""The most that Fargate gives; a worker has drained after 110 s."""

TARGET_PERCENT = 60
"""Of capacity and of CPU: the rest lasts until one more task serves, some two minutes."""

OPEN_FILES = 65_536
LOAD = "load"


@dataclass(frozen=True, kw_only=True)
class Process:
    """What runs in a task: a package of ours, and what it is told and may do.

    Where it runs (AWS_REGION, and for boto3 AWS_DEFAULT_REGION) it is told by ECS:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html

    `measured` are the numbers of the fact `<event>` that it logs each minute; one of them is
    `load`, the percentage of its capacity in use.
    """

    package: str
    port: int
    event: str
    measured: Sequence[str]
    environment: Mapping[str, str]
    secrets: Mapping[str, ecs.Secret] = field(default_factory=dict)
    rights: Sequence[iam.PolicyStatement] = ()


class FargatePlane(Construct):
    """One service in a cluster of its own; all of it is named `<prefix><name>`.

    `metrics` has what its tasks measure, by name, in CloudWatch's namespace `<prefix><name>`.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        process: Process,
        *,
        settings: Settings,
        plane: Plane,
        vpc: ec2.IVpc,
        group: ec2.ISecurityGroup,
    ) -> None:
        super().__init__(scope, name.title())
        self.full_name = settings.prefix + name
        self.log = log_group(self, "Log", self.full_name, settings)
        self.metrics = {each: self._metric(process.event, each) for each in process.measured}
        task = self._task(process, plane, settings.secrets_generation)
        self.service = ecs.FargateService(
            self,
            "Service",
            service_name=self.full_name,
            cluster=ecs.Cluster(
                self,
                "Cluster",
                cluster_name=self.full_name,
                vpc=vpc,
                container_insights_v2=ecs.ContainerInsights.ENABLED,
            ),
            task_definition=task,
            assign_public_ip=True,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
            security_groups=[group],
            # New tasks serve before old ones are told to drain, and none of those is killed.
            min_healthy_percent=100,
            max_healthy_percent=200,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        )
        self._scale(plane)

    def _task(self, process: Process, plane: Plane, generation: int) -> ecs.FargateTaskDefinition:
        task = ecs.FargateTaskDefinition(
            self,
            "Task",
            family=self.full_name,
            cpu=plane.cpu_units,
            memory_limit_mib=plane.memory_mb,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64,
                operating_system_family=ecs.OperatingSystemFamily.LINUX,
            ),
        )
        told = EnvironmentFile(self, "Environment", name=self.full_name, values=process.environment)
        for right in told.rights():
            task.add_to_execution_role_policy(right)
        container = task.add_container(
            process.package,
            image=ecs.ContainerImage.from_docker_image_asset(image(self, process.package)),
            environment_files=[told.file],
            secrets=dict(process.secrets),
            logging=ecs.LogDriver.aws_logs(
                stream_prefix=process.package,
                log_group=self.log,
                mode=ecs.AwsLogDriverMode.NON_BLOCKING,
            ),
            health_check=ecs.HealthCheck(
                command=health_check(process.port),
                interval=Duration.seconds(10),
                timeout=Duration.seconds(3),
                retries=3,
                start_period=Duration.seconds(30),
            ),
            readonly_root_filesystem=True,
            linux_parameters=ecs.LinuxParameters(self, "Linux", init_process_enabled=True),
            stop_timeout=STOPS_WITHIN,
            # New secrets reach new tasks only.
            docker_labels={"secrets-generation": str(generation)},
        )
        container.add_ulimits(
            ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=OPEN_FILES, hard_limit=OPEN_FILES)
        )
        for right in process.rights:
            task.add_to_task_role_policy(right)
        return task

    def _metric(self, event: str, name: str) -> cloudwatch.Metric:
        found = logs.MetricFilter(
            self,
            f"Measured{name.title().replace('_', '')}",
            log_group=self.log,
            filter_pattern=logs.FilterPattern.string_value("$.event", "=", event),
            metric_namespace=self.full_name,
            metric_name=name,
            metric_value=f"$.{name}",
        )
        return found.metric(period=Duration.minutes(1), statistic="Sum")

    def _scale(self, plane: Plane) -> None:
        """Tasks come within a minute or two of need, and go slowly: see `TARGET_PERCENT`."""
        tasks = self.service.auto_scale_task_count(
            min_capacity=plane.min_tasks, max_capacity=plane.max_tasks
        )
        soon, late = Duration.minutes(1), Duration.minutes(10)
        tasks.scale_to_track_custom_metric(
            "Load",
            metric=self.metrics[LOAD].with_(statistic="Average"),
            target_value=TARGET_PERCENT,
            scale_out_cooldown=soon,
            scale_in_cooldown=late,
        )
        tasks.scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=TARGET_PERCENT,
            scale_out_cooldown=soon,
            scale_in_cooldown=late,
        )


def image(scope: Construct, package: str) -> assets.DockerImageAsset:
    """The image of a package's Dockerfile; it changes only with what it is made of."""
    return assets.DockerImageAsset(
        scope,
        "Image",
        directory=str(ROOT),
        file=f"{package}/Dockerfile",
        exclude=[*sorted(PACKAGES - {package})],
        ignore_mode=IgnoreMode.DOCKER,
        platform=assets.Platform.LINUX_ARM64,
    )


def health_check(port: int) -> list[str]:
    """Asks the process at its own door. bash alone takes 3 ms of the sound's CPU, Python 40."""
    connect = f"exec 3<>/dev/tcp/127.0.0.1/{port}"
    ask = r"printf 'GET /health HTTP/1.0\r\n\r\n' >&3"
    return ["CMD", "bash", "-c", f"{connect} && {ask} && grep -q '^HTTP/1.. 200' <&3"]


def rights(actions: Sequence[str], *resources: str) -> iam.PolicyStatement:
    """Leave to do these, on these alone."""
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
