"""What the rooms table's stream tells of rooms, in the order in which it happened."""

import os
from typing import Any

import boto3
from botocore.config import Config

from core.streams import Change, read_change
from core.tables import ROOMS


class RoomStream:
    """Changes of rooms' own items since the last time."""

    def __init__(self) -> None:
        # moto knows the stream's address without the account in it only.
        plain = Config(account_id_endpoint_mode="disabled")
        self._streams: Any = boto3.client("dynamodbstreams", config=plain)
        name = os.environ["STOA_TABLE_PREFIX"] + ROOMS.name
        table = boto3.client("dynamodb").describe_table(TableName=name)["Table"]
        self._arn = table["LatestStreamArn"]
        self._heard = 0

    def changes(self) -> list[Change]:
        """What is new."""
        (shard,) = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        iterator = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self._streams.get_records(ShardIterator=iterator)["Records"]
        new, self._heard = records[self._heard :], len(records)
        return [read_change(each) for each in new if is_a_rooms(each)]


def is_a_rooms(record: dict[str, Any]) -> bool:
    """What a consumer's filter lets through."""
    return bool(record["dynamodb"]["Keys"]["sk"] == {"S": "meta"})
