"""boto3's calls of DynamoDB, given to moto without an HTTP request between the two.

To make one, sign it, find out whom it is for, and look whether it should be made again takes longer
than all that moto does with it. `tests/local` and the journeys go the whole way.
"""

import re
import threading
from typing import Any
from weakref import WeakKeyDictionary

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.endpoint import Endpoint
from botocore.parsers import BaseJSONParser
from botocore.regions import EndpointRulesetResolver
from botocore.signers import RequestSigner
from moto.backend_index import backend_url_patterns
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber

from local.dynamodb import attributes
from local.dynamodb import handler as dynamodb

# moto is not safe under threads; one lock around it makes it as atomic as DynamoDB.
LOCK = threading.RLock()
AWS = re.compile(r"https://dynamodb\.([^./]+)\.amazonaws\.com/")

REGIONAL = re.compile(r"https://[^/]+\.[a-z]+-[a-z]+-\d\.amazonaws\.com/")
OURS = {"dynamodb", "dynamodbstreams", "scheduler", "ses", "sesv2", "sns", "sqs"}

_unlocked = BotocoreStubber.__call__
_make_request = Endpoint.make_request
_sign = RequestSigner.handler
_handle_map = BaseJSONParser._handle_map
_construct_endpoint = EndpointRulesetResolver.construct_endpoint
_endpoints: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()


def install() -> None:
    """From now on, in this process."""
    BotocoreStubber.__call__ = locked
    Endpoint.make_request = make_request  # type: ignore[method-assign]
    # moto tries the addresses of all its services in this order.
    backend_url_patterns.sort(key=lambda each: each[0] not in OURS)
    RequestSigner.handler = sign  # type: ignore[method-assign]
    BaseJSONParser._handle_map = handle_map
    EndpointRulesetResolver.construct_endpoint = construct_endpoint  # type: ignore[method-assign]


def locked(stubber: Any, *args: Any, **kwargs: Any) -> Any:
    """A request to any other service."""
    with LOCK:
        return _unlocked(stubber, *args, **kwargs)


def make_request(endpoint: Any, operation: Any, request: Any) -> Any:
    """As botocore's own, which makes what somebody watches, and what is not for moto's DynamoDB."""
    watched = BotocoreStubber.__call__ is not locked
    found = AWS.fullmatch(request["url"])
    if watched or not found or not botocore_stubber.enabled:
        return _make_request(endpoint, operation, request)
    with LOCK:
        answer = dynamodb.answer(operation.name, found[1], request["body"])
    said = {
        "headers": HeadersDict(answer.headers),
        "status_code": answer.status,
        "body": answer.body,
        "context": {"operation_name": operation.name},
    }
    parser = endpoint._response_parser_factory.create_parser("json")
    parsed = parser.parse(said, operation.output_shape)
    if answer.status >= 300:
        endpoint._add_modeled_error_fields(said, parsed, operation, parser)
    return AWSResponse(request["url"], answer.status, said["headers"], None), parsed


def sign(signer: Any, operation_name: Any = None, request: Any = None, **more: Any) -> Any:
    """As botocore's own; of AWS in moto nobody asks more than the region, which the address has."""
    if not REGIONAL.match(request.url):
        _sign(signer, operation_name, request, **more)


def handle_map(parser: Any, shape: Any, value: Any) -> Any:
    """As botocore's own, which looks for each of an attribute's ten types."""
    if shape.value.name != "AttributeValue":
        return _handle_map(parser, shape, value)
    return {
        name: each if attributes.is_as_it_is(each) else parser._parse_shape(shape.value, each)
        for name, each in value.items()
    }


def construct_endpoint(resolver: Any, operation_model: Any, **asked: Any) -> Any:
    """As botocore's own; a client's DynamoDB stays where it is."""
    if operation_model.service_model.service_name != "dynamodb":
        return _construct_endpoint(resolver, operation_model, **asked)
    if resolver not in _endpoints:
        _endpoints[resolver] = _construct_endpoint(resolver, operation_model, **asked)
    return _endpoints[resolver]
