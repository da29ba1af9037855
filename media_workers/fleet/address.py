"""The addresses of a worker that runs as a task of ECS, which nobody can tell it beforehand.

ECS knows the private one, EC2 the public one that belongs to it.
"""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_random_exponential

from core import ecs
from core.environment import ConfigError
from core.errors import Unavailable

MEDIA_ADDRESS = "STOA_MEDIA_ADDRESS"
CONTROL_HOST = "STOA_CONTROL_HOST"
PATIENCE = 30.0
QUICKLY = Config(connect_timeout=2, read_timeout=5)

patiently = retry(
    retry=retry_if_exception_type((BotoCoreError, ClientError, Unavailable)),
    stop=stop_after_delay(PATIENCE),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    reraise=True,
)


def located(env: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, and in a task of ECS the addresses too, unless they are told.

    ConfigError if the task has no public address; what ECS and EC2 raise if they go on failing.
    """
    metadata_uri = env.get(ecs.METADATA)
    if metadata_uri is None or env.get(MEDIA_ADDRESS):
        return env
    return {**_addresses(metadata_uri), **env}


@patiently
def _addresses(metadata_uri: str) -> dict[str, str]:
    interface = ecs.interface(metadata_uri)
    ec2 = boto3.client("ec2", config=QUICKLY)
    return {MEDIA_ADDRESS: public_address(ec2, interface), CONTROL_HOST: interface.address}


def public_address(ec2: Any, interface: ecs.Interface) -> str:
    """The public IPv4 address of an interface. ConfigError if it has none."""
    by_address = [{"Name": "addresses.private-ip-address", "Values": [interface.address]}]
    found = ec2.describe_network_interfaces(Filters=by_address)["NetworkInterfaces"]
    for each in found:  # other VPCs may have the same private address
        if each["MacAddress"] == interface.mac and "Association" in each:
            return str(each["Association"]["PublicIp"])
    raise ConfigError(f"the interface {interface.address} has no public address")
