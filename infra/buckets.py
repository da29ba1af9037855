"""Buckets that nobody reaches from outside, and none without TLS."""

from typing import Any

from aws_cdk import aws_s3 as s3
from constructs import Construct


def bucket(scope: Construct, name: str, **options: Any) -> s3.Bucket:
    """A closed bucket, which outlives its stack."""
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        **options,
    )
