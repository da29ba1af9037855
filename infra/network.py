"""The network: public subnets only, no NAT gateway, no load balancer; who may talk to whom.

Workers have public addresses, by which they reach AWS and are reached on one UDP port. Traffic with
DynamoDB and S3 goes through gateway endpoints, which cost nothing; the media door, a Lambda without
a public address, reaches DynamoDB by them and nothing else.
"""

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.log_groups import log_group
from infra.settings import Settings

CONTROL_PORT = 8081
"""Where media workers listen to the media door, to each other and to their own health check."""

CAPTIONS_PORT = 8082
ZONES = 2


class NetworkStack(Stack):
    """`workers`, `captions` and `door` are the security groups of those who wear them."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, name, **options)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            vpc_name=f"{settings.prefix}vpc",
            max_azs=ZONES,
            nat_gateways=0,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="public", subnet_type=ec2.SubnetType.PUBLIC, map_public_ip_on_launch=False
                )
            ],
            gateway_endpoints={
                service.name.rpartition(".")[2]: ec2.GatewayVpcEndpointOptions(service=service)
                for service in (
                    ec2.GatewayVpcEndpointAwsService.DYNAMODB,
                    ec2.GatewayVpcEndpointAwsService.S3,
                )
            },
            restrict_default_security_group=False,
        )
        refused = log_group(self, "Refused", f"{settings.prefix}refused", settings)
        self.vpc.add_flow_log(
            "RefusedTraffic",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(refused),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
        self.workers = self._group("Workers", "Media workers")
        self.captions = self._group("Captions", "Caption workers")
        self.door = self._group("Door", "The media door")
        media = ec2.Port.udp(settings.media.udp_port)
        self.workers.add_ingress_rule(ec2.Peer.any_ipv4(), media, "Media of clients")
        control = ec2.Port.tcp(CONTROL_PORT)
        self.workers.add_ingress_rule(self.door, control, "Signalling")
        self.workers.add_ingress_rule(self.workers, control, "Whether another worker lives")
        speech = ec2.Port.tcp(CAPTIONS_PORT)
        self.captions.add_ingress_rule(self.workers, speech, "Speech")

    def _group(self, name: str, description: str) -> ec2.SecurityGroup:
        return ec2.SecurityGroup(
            self, name, vpc=self.vpc, description=description, allow_all_outbound=True
        )
