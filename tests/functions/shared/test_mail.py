import email
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from core.errors import Unavailable
from functions.shared.mail import Attachment, Letter, Mailer

SENDER = "Stoa <stoa@stoa.example>"
LETTER = Letter(to="ada@people.example", subject="Grüße", text="Hallo\n", html="<p>Hallo</p>")


@pytest.fixture(scope="module")
def client():
    return boto3.client("sesv2")


@pytest.fixture
def ses(client):
    with mock_aws():
        client.create_email_identity(EmailIdentity="stoa.example")
        yield client


def sent():
    """Every letter that SES took, parsed."""
    box = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    return [email.message_from_string(each.raw_data, policy=default) for each in box]


def test_a_letter_says_the_same_as_text_and_as_html(ses):
    assert Mailer(ses, SENDER).send(LETTER) is True

    (letter,) = sent()
    assert (letter["From"], letter["To"]) == (SENDER, "ada@people.example")
    assert letter["Subject"] == "Grüße"
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert (text.get_content_type(), text.get_content()) == ("text/plain", "Hallo\r\n")
    assert (html.get_content_type(), html.get_content()) == ("text/html", "<p>Hallo</p>\r\n")


def test_no_machine_is_to_answer(ses):
    Mailer(ses, SENDER).send(LETTER)

    assert sent()[0]["Auto-Submitted"] == "auto-generated"


def test_a_file_goes_with_a_letter(ses):
    calendar = Attachment(
        name="room.ics",
        content_type="text/calendar",
        parameters={"method": "PUBLISH", "charset": "utf-8"},
        data="BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\n".encode(),
    )
    letter = Letter(to=LETTER.to, subject="A", text="B", html="C", attachments=(calendar,))

    Mailer(ses, SENDER).send(letter)

    (attached,) = sent()[0].iter_attachments()
    assert attached["Content-Type"].params == calendar.parameters
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_filename() == "room.ics"
    assert attached.get_payload(decode=True) == calendar.data


def test_what_goes_out_is_seven_bit_and_in_short_lines(ses):
    long, short = "ünïcödé " * 500, "ünïcödé\n" * 5
    Mailer(ses, SENDER).send(Letter(to=LETTER.to, subject=long[:200], text=short, html=long))

    raw = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages[0].raw_data
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 78


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x85", "\u2028", "\x0b"])
def test_a_subject_can_not_add_a_header(ses, breaks):
    subject = f"Songs{breaks}Bcc: eve@evil.example"
    Mailer(ses, SENDER).send(Letter(to=LETTER.to, subject=subject, text="", html=""))

    (letter,) = sent()
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Songs Bcc: eve@evil.example"


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a@",
        "nobody",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: eve@evil.example",
        "Ada <ada@people.example>",
        "ädä@people.example",
        "ada@peöple.example",
    ],
)
def test_nothing_is_sent_to_what_is_no_address(ses, to):
    assert Mailer(ses, SENDER).send(Letter(to=to, subject="A", text="B", html="C")) is False

    assert sent() == []


def test_a_letter_that_ses_refuses_is_not_worth_another_try(ses):
    assert Mailer(ses, "someone@else.example").send(LETTER) is False


def test_an_address_is_not_shown_with_its_letter():
    assert "ada@people.example" not in repr(LETTER)


class Answering(BaseHTTPRequestHandler):
    """An SES that says the same to everything."""

    answer = (500, "InternalFailure")

    def do_POST(self):
        status, code = self.answer
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(status)
        self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Say nothing."""


def mailer_at(port):
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=5)
    client = boto3.client("sesv2", endpoint_url=f"http://127.0.0.1:{port}", config=once)
    return Mailer(client, SENDER)


@pytest.fixture(scope="module")
def mailer():
    """A mailer whose SES says what `Answering.answer` is."""
    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield mailer_at(server.server_port)
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "TooManyRequestsException"),
        (400, "LimitExceededException"),
        (400, "SendingPausedException"),
        (500, "InternalFailure"),
    ],
)
def test_a_letter_that_ses_can_not_take_now_is_worth_another_try(mailer, status, code):
    Answering.answer = (status, code)

    with pytest.raises(Unavailable) as refused:
        mailer.send(LETTER)

    assert (refused.value.code, refused.value.retry_after) == ("mail_unavailable", 30)


def test_ses_out_of_reach_is_worth_another_try():
    with pytest.raises(Unavailable):
        mailer_at(1).send(LETTER)
