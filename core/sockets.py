"""The WebSocket API, once: infra deploys it, the local stack speaks it as API Gateway does.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
"""

from datetime import timedelta

FUNCTION = "functions.realtime.door"
"""The module whose `handler(event, context)` answers all routes."""

ROUTES = ("$connect", "$disconnect", "$default")

IDLE = timedelta(minutes=10)
"""A connection over which nothing is said for so long is closed."""

LASTS = timedelta(hours=2)
"""No connection lasts longer."""

MAX_MESSAGE = 128 * 1024
MAX_FRAME = 32 * 1024
