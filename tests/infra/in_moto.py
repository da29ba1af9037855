"""The templates in moto's CloudFormation, as far as it goes: what it lacks is listed here."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

from infra.settings import Settings
from local.dynamodb import handler as dynamodb

STACKS = (
    "data",
    "gateway",
    "network",
    "web",
    "work",
    "api",
    "sockets",
    "media",
    "captions",
    "alarms",
)
"""In an order in which none needs a later one."""

LACKS = frozenset(
    {
        "AWS::ApiGateway::Account",
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Authorizer",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApiGatewayV2::Stage",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudFront::Distribution",
        "AWS::CloudFront::Function",
        "AWS::CloudFront::OriginAccessControl",
        "AWS::CloudFront::ResponseHeadersPolicy",
        "AWS::CloudWatch::Alarm",
        "AWS::Cognito::UserPool",
        "AWS::Cognito::UserPoolClient",
        "AWS::Cognito::UserPoolDomain",
        "AWS::Cognito::UserPoolGroup",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Logs::MetricFilter",
        "AWS::S3::BucketPolicy",
        "AWS::SES::EmailIdentity",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::Scheduler::Schedule",
        "AWS::Scheduler::ScheduleGroup",
        "AWS::SecretsManager::Secret",
        "Custom::CDKBucketDeployment",
    }
)
"""Types of which it makes nothing, or, of mappings of event sources, something that needs Docker.

Secrets are put in by `deploy`; the rest is looked at in the templates alone. Nor does it heed a
table's `TimeToLiveSpecification`.
"""

REFERENCE = re.compile(
    r"{{resolve:secretsmanager:(?P<secret>arn:.+?):SecretString:(?P<field>\w+)::}}"
)
"""What CloudFormation fills in, and moto does not."""

EMPTY_ZIP = b"PK\5\6" + bytes(18)
SECRETS = {
    "room": {"STOA_ROOM_SECRETS": "a-room-secret-of-at-least-32-bytes"},
    "edge": {"STOA_EDGE_PROOF": "a-proof"},
    "stripe": {"STOA_STRIPE_KEY": "sk_test_local", "STOA_STRIPE_WEBHOOK_SECRETS": "whsec_x"},
}


@contextmanager
def serving() -> Iterator[str]:
    """An empty AWS's address; in a process of its own, since each test's account empties moto's."""
    spawn = get_context("spawn")
    here, there = spawn.Pipe()
    server = spawn.Process(target=serve, args=(there,), daemon=True)
    server.start()
    there.close()
    with here:
        yield here.recv()
    server.join()


def serve(line: Connection) -> None:
    """Tell the address, and serve until the other end of the line is closed."""
    dynamodb.install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    line.send("http://{}:{}".format(*server.get_host_and_port()))
    with suppress(EOFError):
        line.recv()
    server.stop()


def deploy(cloud: Path, settings: Settings, url: str) -> None:
    """Make every stack at the AWS of this address, of what `cdk synth` wrote."""
    manager = boto3.client("secretsmanager", endpoint_url=url)
    secrets = {}
    for name, fields in SECRETS.items():
        full_name = settings.prefix + name
        made = manager.create_secret(Name=full_name, SecretString=json.dumps(fields))
        secrets[full_name] = made["ARN"]
    ssm = boto3.client("ssm", endpoint_url=url)  # as `cdk bootstrap` leaves it
    ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    cloudformation = boto3.client("cloudformation", endpoint_url=url)
    for name in STACKS:
        stack = settings.prefix + name
        upload(cloud / f"{stack}.assets.json", url)
        template = json.loads((cloud / f"{stack}.template.json").read_text())
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=json.dumps(without_what_it_lacks(template, secrets)),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )


def upload(manifest: Path, url: str) -> None:
    """A zip wherever a template looks for one; an empty one, since moto runs none."""
    s3 = boto3.client("s3", endpoint_url=url)
    for asset in json.loads(manifest.read_text())["files"].values():
        (place,) = asset["destinations"].values()
        s3.create_bucket(Bucket=place["bucketName"])
        s3.put_object(Bucket=place["bucketName"], Key=place["objectKey"], Body=EMPTY_ZIP)


def without_what_it_lacks(template: dict[str, Any], secrets: dict[str, str]) -> dict[str, Any]:
    """The template, with a word for every reference to what is left out."""
    left_out = {n: it for n, it in template["Resources"].items() if it["Type"] in LACKS}

    def told(value: Any) -> Any:
        match value:
            case {"Ref": str(name)} if name in left_out:
                return secrets.get(left_out[name]["Properties"].get("Name"), name)
            case {"Fn::GetAtt": [str(name), str(attribute)]} if name in left_out:
                return f"{name}.{attribute}"
            case dict():
                return {key: told(each) for key, each in value.items()}
            case list():
                return [told(each) for each in value]
        return value

    kept = {n: told(it) for n, it in template["Resources"].items() if n not in left_out}
    for resource in kept.values():
        resource.pop("DependsOn", None)  # moto makes things as they are referred to
    return {**template, "Resources": kept, "Outputs": told(template.get("Outputs", {}))}


def environments(settings: Settings, url: str) -> dict[str, dict[str, str]]:
    """What our functions are told by what was deployed, by their names."""
    manager = boto3.client("secretsmanager", endpoint_url=url)

    def value(found: re.Match[str]) -> str:
        secret = manager.get_secret_value(SecretId=found["secret"])["SecretString"]
        return str(json.loads(secret)[found["field"]])

    return {
        each["FunctionName"].removeprefix(settings.prefix): {
            name: REFERENCE.sub(value, told)
            for name, told in each["Environment"]["Variables"].items()
        }
        for each in boto3.client("lambda", endpoint_url=url).list_functions()["Functions"]
        if each["Handler"].startswith("functions.")
    }
