"""`npx cdk synth`: the whole deployment, as `stoa.toml` or `-c settings=FILE` wants it."""

import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import aws_cdk as cdk

from infra.alarms import AlarmsStack
from infra.api import ApiStack
from infra.bundle import NoBundle
from infra.captions import CaptionsStack
from infra.data import DataStack
from infra.gateway import GatewayStack
from infra.media import MediaStack
from infra.network import NetworkStack
from infra.settings import DEFAULT, Settings, WrongSettings, load
from infra.sockets import SocketsStack
from infra.web import WebStack
from infra.work import WorkStack


def build(app: cdk.App, settings: Settings) -> cdk.App:
    """Every stack of the deployment, in an order in which none needs a later one."""
    env = cdk.Environment(account=settings.account, region=settings.region)
    where: dict[str, Any] = {"settings": settings, "env": env}
    prefix = settings.prefix
    data = DataStack(app, f"{prefix}data", **where)
    gateway = GatewayStack(app, f"{prefix}gateway", **where)
    network = NetworkStack(app, f"{prefix}network", **where)
    web = WebStack(app, f"{prefix}web", data=data, gateway=gateway, **where)
    parts = {"data": data, "gateway": gateway, "web": web, **where}
    work = WorkStack(app, f"{prefix}work", **parts)
    api = ApiStack(app, f"{prefix}api", network=network, **parts)
    sockets = SocketsStack(app, f"{prefix}sockets", **parts)
    media = MediaStack(app, f"{prefix}media", data=data, network=network, **where)
    captions = CaptionsStack(app, f"{prefix}captions", data=data, network=network, **where)
    AlarmsStack(
        app,
        f"{prefix}alarms",
        topic=data.alarms,
        gateway=gateway,
        functions={**work.functions, **api.functions, **sockets.functions},
        queues=work.queues,
        dead_letters=work.dead_letters,
        tables={spec.name: table for spec, table in data.tables.items()},
        media=media.plane,
        captions=captions.plane,
        distribution=web.distribution,
        **where,
    )
    return app


def main() -> int:
    """The exit status: 1, with a sentence, if the settings can't be or the zips can't be made."""
    begun = perf_counter()
    app = cdk.App()
    path = app.node.try_get_context("settings")
    try:
        made = build(app, load(Path(path) if path else DEFAULT)).synth()
    except (WrongSettings, NoBundle) as reason:
        print(reason, file=sys.stderr)  # noqa: T201 - its answer
        return 1
    resources = sum(len(stack.template["Resources"]) for stack in made.stacks)
    took = f"in {perf_counter() - begun:.0f} s"
    print(f"{resources} resources in {len(made.stacks)} stacks, {took}", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
