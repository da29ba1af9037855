"""The whole deployment, synthesised once for all workers of the test run, as an operator would."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

# As `infra` does; but it is imported after the library, which looks at this as it loads.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from infra.app import build
from infra.layout import Layout
from infra.settings import Accounts, Countries, Domain, Settings, load
from tests.infra import in_moto

ACCOUNT = "123456789012"
REGION = "us-east-1"
# Nothing is uploaded from here, so that nothing need be copied.
CONTEXT = {
    "aws:cdk:disable-asset-staging": True,
    "aws:cdk:enable-path-metadata": True,
    f"availability-zones:account={ACCOUNT}:region={REGION}": [f"{REGION}a", f"{REGION}b"],
}

Template = dict[str, Any]
Found = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Those of the file that operators edit, with a domain, a host, and all guards that cost."""
    domain = Domain(
        name="stoa.test",
        certificate=f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/test",
        web_acl=f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/test",
    )
    file = load()
    own = {
        "account": ACCOUNT,
        "region": REGION,
        "domain": domain,
        "accounts": Accounts(second_factor="required", threat_protection=True),
        "countries": Countries(shut_out=("AQ",)),
        "rooms": file.rooms.model_copy(update={"host_allow_list": ("hana",)}),
    }
    return file.model_copy(update=own)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all workers of the test run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="session")
def cloud(settings: Settings, shared: Path) -> Path:
    """What `cdk synth` writes, and what AWS Solutions' rules say to it."""
    target, partial = shared / "cloud", shared / "cloud.partial"
    with (shared / "cloud.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second finds it there
        if not target.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
            app = build(cdk.App(outdir=str(partial), context=CONTEXT), settings)
            cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
            with suppress(RuntimeError):  # it finds something: `test_rules` has what, and why
                app.synth()
            partial.rename(target)
    return target


@pytest.fixture(scope="session")
def deployed(cloud: Path, settings: Settings) -> Iterator[str]:
    """The address of an AWS where every stack is deployed, as far as moto goes."""
    with in_moto.serving() as url:
        in_moto.deploy(cloud, settings, url)
        yield url


@pytest.fixture(scope="session")
def told(deployed: str, settings: Settings) -> dict[str, dict[str, str]]:
    """What each function is told, by its name."""
    return in_moto.environments(settings, deployed)


@pytest.fixture(scope="session")
def templates(settings: Settings, cloud: Path) -> dict[str, Template]:
    """Every stack's template, by the stack's name without the prefix."""
    return {
        path.name.removesuffix(".template.json").removeprefix(settings.prefix): json.loads(
            path.read_text()
        )
        for path in cloud.glob("*.template.json")
    }


@pytest.fixture(scope="session")
def find(templates: dict[str, Template]) -> Found:
    """The resources of a type in all stacks, by `<stack>.<logical id>`."""

    def found(kind: str) -> dict[str, Any]:
        return {
            f"{stack}.{name}": resource
            for stack, template in templates.items()
            for name, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    return found


@pytest.fixture(scope="session")
def resources(templates: dict[str, Template]) -> Callable[[str, str], list[Any]]:
    """The properties of every resource of a type in one stack."""

    def found(stack: str, kind: str) -> list[Any]:
        every = templates[stack]["Resources"].values()
        return [each.get("Properties", {}) for each in every if each["Type"] == kind]

    return found


@pytest.fixture(scope="session")
def resource(resources: Callable[[str, str], list[Any]]) -> Callable[[str, str], Any]:
    """Those of the only one."""

    def found(stack: str, kind: str) -> Any:
        (only,) = resources(stack, kind)
        return only

    return found


@pytest.fixture(scope="session")
def told_to_tasks(
    cloud: Path, resource: Any, settings: Settings
) -> Callable[[str], dict[str, str]]:
    """What a stack's tasks are told: by the file that their definition names, and nowhere else."""

    def told(stack: str) -> dict[str, str]:
        (container,) = resource(stack, "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
        (file,) = container["EnvironmentFiles"]
        key = file["Value"]["Fn::Join"][1][-1].rpartition("/")[2]
        manifest = json.loads((cloud / f"{settings.prefix}{stack}.assets.json").read_text())
        (source,) = [
            each["source"]["path"]
            for each in manifest["files"].values()
            for place in each["destinations"].values()
            if place["objectKey"] == key
        ]
        assert "Environment" not in container
        lines = (cloud / Path(source).name).read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    return told


@pytest.fixture(scope="session")
def layout(shared: Path) -> Layout:
    """Where functions are run as they are deployed."""
    return Layout(shared / "lambda")


def statements(resources: Iterable[Any]) -> list[dict[str, Any]]:
    """The statements of IAM policies and of roles' own policies."""
    found = []
    for resource in resources:
        properties = resource["Properties"]
        documents = [properties.get("PolicyDocument")]
        documents += [each["PolicyDocument"] for each in properties.get("Policies", ())]
        found += [each for document in documents if document for each in document["Statement"]]
    return found


def listed(value: Any) -> list[Any]:
    """What CloudFormation writes as one thing or as a list of them, as a list."""
    return value if isinstance(value, list) else [value]
