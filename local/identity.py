"""Sign-in without a password, and followers out of nothing: only the local stack has these.

`POST /local/sign-in {"handle": "ada"}`                        -> {"token", "account_id"}
`POST /local/accounts/{handle}/followers {"count": 600}`       -> {"handle", "follower_count"}

The token is a real ID token of the user pool, with an e-mail address in it, whose letters go to the
outbox. Whoever first signs in as `moderator` is one. The account is made by the accounts' own door.
"""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

import boto3
from aiohttp import web
from pydantic import Field, ValidationError, field_validator

from core.clock import utc_now
from core.dynamo import Database, Update, present
from core.tables import ACCOUNTS
from functions.accounts.ties import PROFILE, account_key
from functions.shared.models import Body
from local.deployment import Deployment
from local.gateway import Gateway, invalid_body
from local.names import MAIL_DOMAIN, MODERATOR_HANDLE, MODERATORS, PREFIX
from local.payload import HttpRequest

PASSWORD = "Everyone-has-the-same-1"
MOST_FOLLOWERS = 1_000_000_000


class SignIn(Body):
    """Who signs in; handles know no case."""

    handle: Annotated[str, Field(pattern="^[a-z0-9_]{2,30}$")]

    @field_validator("handle", mode="before")
    @classmethod
    def without_case(cls, handle: Any) -> Any:
        """`Ada` and `ada` are one."""
        return handle.strip().lower() if isinstance(handle, str) else handle


class Followers(Body):
    """How many followers an account has from now on."""

    count: Annotated[int, Field(ge=0, le=MOST_FOLLOWERS)]


class Identity:
    """The user pool's people, by the handles of their accounts."""

    def __init__(self, deployment: Deployment, gateway: Gateway) -> None:
        self._pool_id = deployment.pool_id
        self._client_id = deployment.client_id
        self._gateway = gateway
        self._cognito: Any = boto3.client("cognito-idp")
        self._accounts = Database(PREFIX).table(ACCOUNTS)
        # Two first sign-ins by one handle at once must not make two people.
        self._one_by_one = asyncio.Lock()

    async def sign_in(self, handle: str) -> tuple[str, str]:
        """A token for the account of this handle, new if there is none, and the account's id."""
        async with self._one_by_one:
            account = await self._call("GET", f"/accounts/{handle}")
            if account is None:
                username = await asyncio.to_thread(self._enrol, handle)
            else:
                username = await asyncio.to_thread(self._find, account["account_id"])
            token = await asyncio.to_thread(self._token, username)
            me = await self._call("GET", "/me", token)
            if me is None:
                raise LookupError(f"the account of {handle} could not be made")
            return token, me["account_id"]

    async def seed_followers(self, handle: str, count: int) -> None:
        """This many followers, and none of them anybody."""
        _token, account_id = await self.sign_in(handle)
        seeded = Update(
            pk=account_key(account_id),
            sk=PROFILE,
            set={"follower_count": count},
            condition=present,
        )
        await asyncio.to_thread(self._accounts.write, seeded)

    async def _call(self, method: str, path: str, token: str = "") -> Mapping[str, Any] | None:
        """The API's answer as JSON, None for anything but 200."""
        headers = [("host", "127.0.0.1"), ("authorization", f"Bearer {token}")]
        request = HttpRequest(method=method, path=path, headers=headers if token else headers[:1])
        answer = await self._gateway.answer(request, utc_now())
        if answer.status != HTTPStatus.OK:
            return None
        found: Mapping[str, Any] = json.loads(answer.body)
        return found

    def _enrol(self, handle: str) -> str:
        username = str(uuid4())
        self._cognito.admin_create_user(
            UserPoolId=self._pool_id,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "preferred_username", "Value": handle},
                {"Name": "name", "Value": handle.replace("_", " ").strip().title() or handle},
                {"Name": "email", "Value": f"{handle}@{MAIL_DOMAIN}"},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
        self._cognito.admin_set_user_password(
            UserPoolId=self._pool_id, Username=username, Password=PASSWORD, Permanent=True
        )
        if handle == MODERATOR_HANDLE:
            self._cognito.admin_add_user_to_group(
                UserPoolId=self._pool_id, Username=username, GroupName=MODERATORS
            )
        return username

    def _find(self, subject: str) -> str:
        users = self._cognito.list_users(UserPoolId=self._pool_id, Filter=f'sub = "{subject}"')
        return str(users["Users"][0]["Username"])

    def _token(self, username: str) -> str:
        answer = self._cognito.admin_initiate_auth(
            UserPoolId=self._pool_id,
            ClientId=self._client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": PASSWORD},
        )
        return str(answer["AuthenticationResult"]["IdToken"])


def identity_routes(identity: Identity) -> web.RouteTableDef:
    """The routes below /local."""
    routes = web.RouteTableDef()

    @routes.post("/local/sign-in")
    async def sign_in(request: web.Request) -> web.Response:
        try:
            asked = SignIn.model_validate_json(await request.read())
        except ValidationError as error:
            return invalid_body(error)
        token, account_id = await identity.sign_in(asked.handle)
        return web.json_response({"token": token, "account_id": account_id})

    @routes.post("/local/accounts/{handle}/followers")
    async def seed_followers(request: web.Request) -> web.Response:
        try:
            account = SignIn(handle=request.match_info["handle"])
            asked = Followers.model_validate_json(await request.read())
        except ValidationError as error:
            return invalid_body(error)
        await identity.seed_followers(account.handle, asked.count)
        return web.json_response({"handle": account.handle, "follower_count": asked.count})

    return routes
