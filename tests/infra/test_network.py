"""Who reaches whom, and that the network costs nothing while nobody talks."""

from typing import Any

import pytest

from infra.network import CAPTIONS_PORT, CONTROL_PORT

COSTLY = (
    "AWS::EC2::NatGateway",
    "AWS::EC2::EIP",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
)


@pytest.mark.parametrize("kind", COSTLY)
def test_nothing_in_it_costs_by_the_hour(kind: str, resources: Any) -> None:
    assert resources("network", kind) == []


def test_dynamodb_and_s3_are_reached_by_gateways_which_are_free(resources: Any) -> None:
    endpoints = resources("network", "AWS::EC2::VPCEndpoint")

    assert {endpoint["VpcEndpointType"] for endpoint in endpoints} == {"Gateway"}
    assert {str(endpoint["ServiceName"]).rpartition(".")[2][:2] for endpoint in endpoints} == {
        "dy",
        "s3",
    }


def test_every_subnet_is_public(resources: Any) -> None:
    routes = resources("network", "AWS::EC2::Route")

    assert len(routes) == len(resources("network", "AWS::EC2::Subnet"))
    assert all("GatewayId" in route for route in routes)


def test_the_world_reaches_the_media_port_and_nothing_else(resources: Any, settings: Any) -> None:
    groups = resources("network", "AWS::EC2::SecurityGroup")

    from_anywhere = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]

    assert [
        (it["CidrIp"], it["IpProtocol"], it["FromPort"], it["ToPort"]) for it in from_anywhere
    ] == [("0.0.0.0/0", "udp", settings.media.udp_port, settings.media.udp_port)]


def test_workers_hear_the_door_and_each_other_and_captions_hear_workers(resources: Any) -> None:
    rules = resources("network", "AWS::EC2::SecurityGroupIngress")

    assert sorted(
        (group(it["SourceSecurityGroupId"]), group(it["GroupId"]), it["FromPort"]) for it in rules
    ) == [
        ("Door", "Workers", CONTROL_PORT),
        ("Workers", "Captions", CAPTIONS_PORT),
        ("Workers", "Workers", CONTROL_PORT),
    ]
    assert all(it["IpProtocol"] == "tcp" and it["FromPort"] == it["ToPort"] for it in rules)


def test_what_was_refused_is_kept_for_as_long_as_logs_are(resource: Any) -> None:
    assert resource("network", "AWS::EC2::FlowLog")["TrafficType"] == "REJECT"
    assert resource("network", "AWS::Logs::LogGroup")["RetentionInDays"] == 30


def group(reference: Any) -> str:
    """The construct of a security group that is referred to."""
    return str(reference["Fn::GetAtt"][0][:-8])
