"""`npx cdk synth`: the whole deployment. `-c prefix=...` sets several apart in one account."""

import aws_cdk as cdk

from infra.data import DataStack


def build(app: cdk.App) -> cdk.App:
    """Every stack of the deployment."""
    prefix = app.node.try_get_context("prefix")
    DataStack(app, f"{prefix}data", prefix=prefix)
    return app


if __name__ == "__main__":
    build(cdk.App()).synth()
