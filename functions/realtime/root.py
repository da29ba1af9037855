"""The parts of realtime, made of what the environment says; each function has them once."""

from collections.abc import Mapping

from core.dynamo import Database
from functions.realtime.config import RealtimeConfig
from functions.realtime.inbox import Inbox
from functions.realtime.news_store import NewsStore
from functions.realtime.parts import Parts
from functions.realtime.presence import Presence
from functions.realtime.wire import WIRE, Wire
from functions.rooms.commands import SQS
from functions.rooms.parts import Parts as Rooms
from functions.shared.aws import client
from functions.shared.config import Config
from functions.shared.queues import Queues


def parts_of(env: Mapping[str, str]) -> Parts:
    """Those of one deployment; ConfigError names what is missing."""
    config = RealtimeConfig.from_env(env)
    shared = Config.from_env(env)
    database = Database(shared.table_prefix)
    sqs = client("sqs", config=SQS)
    gateway = client("apigatewaymanagementapi", endpoint_url=config.sockets_url, config=WIRE)
    return Parts(
        rooms=Rooms.of(database, sqs, shared),
        presence=Presence(database),
        inbox=Inbox(database),
        news=NewsStore(database),
        wire=Wire(gateway),
        queues=Queues(sqs, config.queue_prefix),
    )
