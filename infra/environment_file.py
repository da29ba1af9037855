"""What a task is told, as a file that ECS reads before it starts the container.

The file is called after its content: another setting is another file, and so another definition, to
which the service moves. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
"""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Stage
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from constructs import Construct


class EnvironmentFile(Construct):
    """The file `<name>.env`; its values have to be known at synth. `file` is for a container."""

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, values: Mapping[str, str]
    ) -> None:
        super().__init__(scope, construct_id)
        stage = Stage.of(self)
        if stage is None:
            raise ValueError(f"{name}.env can only be written for the stacks of an app")
        path = Path(stage.outdir, f"{name}.env")
        path.write_text("".join(f"{key}={value}\n" for key, value in sorted(values.items())))
        self._asset = assets.Asset(self, "File", path=str(path))
        self.file = ecs.EnvironmentFile.from_bucket(self._asset.bucket, self._asset.s3_object_key)

    def rights(self) -> list[iam.PolicyStatement]:
        """What whoever starts the task has to be allowed.

        Of a definition that is being replaced, or returned to, tasks start, too: with its own file.
        """
        bucket = self._asset.bucket
        files = bucket.arn_for_objects("*.env")
        return [
            iam.PolicyStatement(actions=["s3:GetBucketLocation"], resources=[bucket.bucket_arn]),
            iam.PolicyStatement(actions=["s3:GetObject"], resources=[files]),
        ]
