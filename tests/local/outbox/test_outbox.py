import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import boto3
import pytest
from aiohttp import ClientSession, web
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from functions.shared.mail import Attachment, Letter, Mailer
from local.aws import Aws, Call
from local.outbox.outbox import KEPT, Outbox
from local.outbox.routes import outbox_routes
from local.sqs.service import Sqs
from local.wsgi import Answer

pytestmark = pytest.mark.anyio
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
SENDER = "Stoa <post@stoa.test>"
Client = Callable[[str], Any]
LETTER = Letter(
    to="ada@stoa.test",
    subject="Your ticket",
    text="Come in, Ada.",
    html="<p>Come in, <b>Ada</b>.</p><script>alert(1)</script>",
    attachments=(
        Attachment(name="room.ics", content_type="text/calendar", data=b"BEGIN:VCALENDAR\r\n"),
    ),
)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox(lambda: NOON)


@pytest.fixture
async def client(outbox: Outbox) -> AsyncIterator[Client]:
    """A client of an AWS that lets us write from stoa.test."""
    aws = Aws(Sqs(lambda: NOON), (outbox,))
    endpoint = await aws.start()
    boto: Any = boto3

    def make(service: str) -> Any:
        return boto.client(service, endpoint_url=endpoint)

    identity = {"EmailIdentity": "stoa.test"}
    await asyncio.to_thread(lambda: make("sesv2").create_email_identity(**identity))
    yield make
    await aws.stop()
    for service in ("ses", "sns"):
        get_backend(service)[DEFAULT_ACCOUNT_ID]["us-east-1"].reset()


@pytest.fixture
async def http(outbox: Outbox) -> AsyncIterator[ClientSession]:
    app = web.Application()
    app.add_routes(outbox_routes(outbox))
    runner = web.AppRunner(app)
    await runner.setup()
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listening).start()
    async with ClientSession(f"http://127.0.0.1:{listening.getsockname()[1]}") as session:
        yield session
    await runner.cleanup()


async def send(client: Client, letter: Letter = LETTER) -> None:
    assert await asyncio.to_thread(Mailer(client("sesv2"), SENDER).send, letter)


async def endpoint_of(client: Client, token: str, platform: str = "APNS") -> str:
    sns = client("sns")

    def make() -> str:
        application = sns.create_platform_application(
            Name="stoa", Platform=platform, Attributes={"PlatformCredential": "x"}
        )
        made = sns.create_platform_endpoint(
            PlatformApplicationArn=application["PlatformApplicationArn"], Token=token
        )
        return str(made["EndpointArn"])

    return await asyncio.to_thread(make)


async def test_a_letter_is_kept_with_all_its_parts(client: Client, outbox: Outbox) -> None:
    await send(client)

    (sent,) = outbox.find()
    assert (sent.kind, sent.at, sent.to) == ("email", NOON, ("ada@stoa.test",))
    assert (sent.sender, sent.subject) == (SENDER, "Your ticket")
    assert sent.text.strip() == "Come in, Ada."
    assert "<b>Ada</b>" in sent.html
    (file,) = sent.files
    assert (file.name, file.content_type) == ("room.ics", "text/calendar")
    assert file.data.split() == [b"BEGIN:VCALENDAR"]


async def test_a_letter_in_the_simple_form_is_kept_too(client: Client, outbox: Outbox) -> None:
    content = {
        "Simple": {
            "Subject": {"Data": "Hello"},
            "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<p>html</p>"}},
        }
    }

    await asyncio.to_thread(
        client("sesv2").send_email,
        FromEmailAddress=SENDER,
        Destination={"ToAddresses": ["ada@stoa.test"], "CcAddresses": ["bob@stoa.test"]},
        Content=content,
    )

    (sent,) = outbox.find(to="bob@stoa.test")
    assert (sent.subject, sent.text, sent.html) == ("Hello", "text", "<p>html</p>")


async def test_a_letter_that_names_nobody_else_goes_to_those_in_its_head(
    client: Client, outbox: Outbox
) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "ada@stoa.test", "Plain"
    message.set_content("only text")

    raw = {"Raw": {"Data": message.as_bytes()}}
    await asyncio.to_thread(lambda: client("sesv2").send_email(Content=raw))

    (sent,) = outbox.find(to="ada@stoa.test")
    assert (sent.text.strip(), sent.html) == ("only text", "")


async def test_what_ses_refuses_was_not_sent(client: Client, outbox: Outbox) -> None:
    mailer = Mailer(client("sesv2"), "Nobody <nobody@elsewhere.test>")

    assert not await asyncio.to_thread(mailer.send, LETTER)

    assert outbox.find() == []


async def test_a_push_is_kept_as_the_phone_gets_it(client: Client, outbox: Outbox) -> None:
    endpoint = await endpoint_of(client, "token-1")
    alert = {"aps": {"alert": {"title": "Now", "body": "Ada is live"}}}
    message = {"default": "Ada is live", "APNS": json.dumps(alert), "GCM": "{}"}

    await asyncio.to_thread(
        client("sns").publish,
        TargetArn=endpoint,
        MessageStructure="json",
        Message=json.dumps(message),
    )

    (sent,) = outbox.find(to="token-1", kind="push")
    assert sent.payload == alert
    assert sent.to == (endpoint, "token-1")
    assert outbox.find(kind="email") == []


async def test_a_push_that_is_mere_text_is_kept_as_text(client: Client, outbox: Outbox) -> None:
    endpoint = await endpoint_of(client, "token-1", "GCM")

    publish = client("sns").publish
    await asyncio.to_thread(publish, TargetArn=endpoint, Message="Ada is live")

    assert [sent.payload for sent in outbox.find()] == ["Ada is live"]


async def test_a_push_to_a_phone_that_is_gone_was_not_sent(client: Client, outbox: Outbox) -> None:
    endpoint = await endpoint_of(client, "token-1")
    sns = client("sns")

    def publish() -> None:
        sns.set_endpoint_attributes(EndpointArn=endpoint, Attributes={"Enabled": "false"})
        with pytest.raises(sns.exceptions.EndpointDisabledException):
            sns.publish(TargetArn=endpoint, Message="Ada is live")

    await asyncio.to_thread(publish)

    assert outbox.find() == []


def test_the_newest_comes_first_and_the_oldest_are_forgotten(outbox: Outbox) -> None:
    for number in range(KEPT + 1):
        outbox.passed(call_for_letter(str(number)), Answer(200, [], b""))

    assert len(outbox.find()) == KEPT
    assert [sent.subject for sent in outbox.find(limit=2)] == [str(KEPT), str(KEPT - 1)]
    assert outbox.find()[-1].subject == "1"


def call_for_letter(subject: str) -> Call:
    simple = {"Subject": {"Data": subject}, "Body": {"Text": {"Data": "text"}}}
    body = {"FromEmailAddress": SENDER, "Content": {"Simple": simple}}
    return Call(
        service="ses",
        method="POST",
        path="/v2/email/outbound-emails",
        query={},
        body=json.dumps(body).encode(),
    )


async def test_a_program_reads_what_was_sent(client: Client, http: ClientSession) -> None:
    await send(client)

    async with http.get("/local/outbox.json?to=ada@stoa.test&kind=email") as answer:
        (item,) = (await answer.json())["items"]
    async with http.get("/local/outbox.json?to=bob@stoa.test") as answer:
        assert await answer.json() == {"items": []}
    async with http.get(item["files"][0]["url"]) as answer:
        assert answer.content_type == "text/calendar"
        assert 'filename="room.ics"' in answer.headers["Content-Disposition"]
        assert (await answer.read()).split() == [b"BEGIN:VCALENDAR"]

    assert item["at"] == "2030-01-01T12:00:00.000Z"
    assert item["subject"] == "Your ticket"


async def test_a_person_sees_what_was_sent_and_none_of_its_scripts_run(
    client: Client, http: ClientSession
) -> None:
    await send(client)
    endpoint = await endpoint_of(client, "<b>token</b>")
    publish = client("sns").publish
    await asyncio.to_thread(publish, TargetArn=endpoint, Message="<i>hey</i>")

    async with http.get("/local/outbox") as answer:
        page = await answer.text()

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    (nonce,) = re.findall("script-src 'nonce-([^']+)'$", policy)
    assert page.index("&lt;i&gt;hey") < page.index("Your ticket")
    assert re.findall("<script[^>]*>", page) == [f'<script nonce="{nonce}">']
    assert "<b>token" not in page
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in page
    assert "room.ics" in page


@pytest.mark.parametrize("query", ["kind=fax", "limit=0", "limit=x", "colour=red"])
@pytest.mark.parametrize("path", ["/local/outbox", "/local/outbox.json"])
async def test_a_question_that_makes_no_sense_is_refused(
    http: ClientSession, path: str, query: str
) -> None:
    async with http.get(f"{path}?{query}") as answer:
        assert (answer.status, (await answer.json())["code"]) == (422, "invalid_request")


@pytest.mark.parametrize("path", ["none/files/0", "none/files/x"])
async def test_a_file_that_is_not_there_is_not_found(http: ClientSession, path: str) -> None:
    async with http.get(f"/local/outbox/{path}") as answer:
        assert answer.status == 404
