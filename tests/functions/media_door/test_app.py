from datetime import UTC, datetime, timedelta

import pytest

from core.placement import HEARTBEAT_LASTS, Placement

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WAS_HEARD_2_S_AGO = HEARTBEAT_LASTS - timedelta(seconds=2)


@pytest.fixture
def room(put_room, put_worker, worker_server):
    """room_1 is live, and there is a worker for it."""
    put_room()
    put_worker(worker_server.url)


def test_an_offer_reaches_the_worker_and_the_answer_comes_back(room, worker_server, knock, token):
    worker_server.headers = {
        "Content-Type": "application/sdp",
        "Location": "/media/room_1/peer_1",
        "ETag": '"e1"',
        "Accept-Patch": "application/trickle-ice-sdpfrag",
        "Server": "not for clients",
    }
    authorization = f"Bearer {token()}"

    answer = knock(body=b"v=0 offer", authorization=authorization, accept="application/sdp")

    assert (answer.status, answer.text) == (201, "v=0\r\n")
    assert "Server" not in answer.headers
    assert answer.headers.items() >= worker_server.headers.items() - {("Server", "not for clients")}
    (asked,) = worker_server.asked
    assert (asked["method"], asked["path"], asked["body"]) == (
        "POST",
        "/media/room_1",
        b"v=0 offer",
    )
    assert asked["headers"]["authorization"] == authorization
    assert asked["headers"]["content-type"] == "application/sdp"


def test_a_room_that_nobody_runs_is_placed(room, worker_server, knock, database):
    knock()
    knock()

    lease, worker = Placement(database).holder("room_1", datetime.now(UTC))
    assert (lease.term, worker.control_url) == (1, worker_server.url)
    assert len(worker_server.asked) == 2


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_connection_is_restarted_and_closed_where_it_is(room, worker_server, knock, method):
    knock()
    worker_server.status = 200

    answer = knock(method, if_match='"e1"', body=b"a=ice-ufrag:x")

    assert answer.status == 200
    asked = worker_server.asked[-1]
    assert (asked["method"], asked["path"]) == (method, "/media/room_1/peer_1")
    assert asked["headers"]["if-match"] == '"e1"'
    assert asked["body"] == b"a=ice-ufrag:x"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_who_is_in_may_use_a_token_whose_time_is_over(room, worker_server, knock, token, method):
    knock()
    worker_server.status = 200
    late = token(expires_at=LONG_AGO)

    assert knock(method, authorization=f"Bearer {late}").status == 200
    assert knock(authorization=f"Bearer {late}").json["code"] == "token_expired"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_in_a_room_that_nobody_runs_there_is_no_connection(room, worker_server, knock, method):
    answer = knock(method)

    assert (answer.status, answer.json["code"]) == (404, "peer_not_found")
    assert worker_server.asked == []


def test_the_workers_refusals_come_back_as_they_are(room, worker_server, knock):
    worker_server.status = 503
    worker_server.headers = {"Content-Type": "application/problem+json", "Retry-After": "7"}
    worker_server.body = b'{"code": "draining"}'

    answer = knock()

    assert (answer.status, answer.json) == (503, {"code": "draining"})
    assert answer.headers.items() >= worker_server.headers.items()


def test_a_redirect_is_not_followed(room, worker_server, knock):
    worker_server.status = 307
    worker_server.headers = {"Location": f"{worker_server.url}/elsewhere"}

    assert knock().status == 307
    assert len(worker_server.asked) == 1


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"authorization": None}, (401, "bad_token")),
        ({"authorization": "Basic eDp5"}, (401, "bad_token")),
        ({"authorization": "Bearer "}, (401, "bad_token")),
        ({"authorization": "Bearer abc.def.ghi"}, (401, "bad_token")),
        ({"content_type": None}, (415, "unsupported_media_type")),
        ({"content_type": "application/json"}, (415, "unsupported_media_type")),
        ({"accept": "text/html"}, (406, "not_acceptable")),
        ({"body": b"x" * (16 * 1024 + 1)}, (413, "body_too_large")),
        ({"body": b"x" * (70 * 1024)}, (413, "body_too_large")),
    ],
)
def test_what_is_no_good_request_does_not_reach_the_worker(
    room, worker_server, knock, changed, expected
):
    answer = knock(**changed)

    assert (answer.status, answer.json["code"]) == expected
    assert worker_server.asked == []


def test_a_restart_is_no_offer(room, worker_server, knock):
    answer = knock("PATCH", content_type="application/sdp")

    assert answer.status == 415


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"room_id": "room_2"}, (403, "wrong_room")),
        ({"secret": "another-secret-of-at-least-32-bytes"}, (401, "bad_token")),
    ],
)
@pytest.mark.usefixtures("room")
def test_a_token_of_another_room_or_maker_opens_nothing(knock, token, method, changes, expected):
    answer = knock(method, authorization=f"Bearer {token(**changes)}")

    assert (answer.status, answer.json["code"]) == expected


def test_sixteen_kilobytes_are_allowed(room, knock):
    assert knock(body=b"x" * 16 * 1024).status == 201


def test_a_dead_worker_is_worth_another_try(put_room, put_worker, knock):
    put_room()
    put_worker("http://127.0.0.1:1")

    answer = knock()

    assert (answer.status, answer.json["code"]) == (503, "worker_unreachable")
    assert answer.headers["Retry-After"] == "1"


def test_a_dead_workers_room_goes_on_at_another(put_room, put_worker, worker_server, knock):
    put_room(lease_worker="dead", lease_term=4)
    put_worker("http://127.0.0.1:1", worker_id="dead", until=datetime.now(UTC) + WAS_HEARD_2_S_AGO)
    put_worker(worker_server.url)

    assert knock().status == 201
    assert [asked["method"] for asked in worker_server.asked] == ["POST"]


def test_a_worker_that_only_lost_its_cloud_is_asked_and_goes_on(
    put_room, put_worker, worker_server, knock
):
    put_room(lease_worker="w1", lease_term=4)
    put_worker(worker_server.url, until=LONG_AGO)
    put_worker("http://127.0.0.1:1", worker_id="w2")
    worker_server.status = 204

    assert knock().status == 204
    assert [asked["path"] for asked in worker_server.asked] == ["/workers/w1", "/media/room_1"]


def test_another_worker_at_the_dead_ones_address_is_not_taken_for_it(
    put_room, put_worker, worker_server, knock, database
):
    put_room(lease_worker="dead", lease_term=4)
    put_worker(worker_server.url, worker_id="dead", until=LONG_AGO)
    put_worker(worker_server.url, worker_id="w2")
    worker_server.status = 404

    knock()

    assert Placement(database).holder("room_1", datetime.now(UTC))[0].worker_id == "w2"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_connection_to_a_dead_worker_is_gone(put_room, put_worker, knock, method):
    put_room(lease_worker="dead", lease_term=4)
    put_worker("http://127.0.0.1:1", worker_id="dead", until=datetime.now(UTC) + WAS_HEARD_2_S_AGO)

    answer = knock(method)

    assert (answer.status, answer.json["code"]) == (404, "peer_not_found")


def test_a_full_fleet_has_no_capacity(put_room, put_worker, knock):
    put_room()
    put_worker("http://127.0.0.1:1", load=10)

    answer = knock()

    assert (answer.status, answer.json["code"]) == (503, "no_capacity")


def test_a_room_that_is_over_is_not_placed(put_room, put_worker, knock):
    put_room(state="ended")
    put_worker("http://127.0.0.1:1")

    assert knock().json["code"] == "not_live"


def test_a_room_whose_worker_stopped_is_placed_anew(
    room, put_worker, worker_server, put_room, knock
):
    put_room(lease_worker="gone", lease_term=4)
    put_worker(
        "http://127.0.0.1:1", worker_id="gone", until=datetime.now(UTC) - timedelta(seconds=1)
    )

    assert knock().status == 201


def test_there_is_no_such_room(put_worker, knock, aws):
    assert knock().json["code"] == "room_not_found"


def test_names_in_the_path_stay_in_their_place(room, worker_server, knock):
    knock()
    worker_server.status = 200

    knock("DELETE", path="/media/room_1/..%2F..%2Fmetrics")

    assert worker_server.asked[-1]["path"] == "/media/room_1/..%252F..%252Fmetrics"


@pytest.mark.parametrize(
    ("source_ip", "forwarded"),
    [("192.0.2.7", "for=192.0.2.7"), ("2001:db8::7", 'for="[2001:db8::7]"')],
)
def test_the_worker_learns_the_callers_address_from_the_gateway_alone(
    room, worker_server, knock, source_ip, forwarded
):
    knock(forwarded="for=198.51.100.1", x_forwarded_for="198.51.100.1", source_ip=source_ip)

    headers = worker_server.asked[-1]["headers"]
    assert headers["forwarded"] == forwarded
    assert "x-forwarded-for" not in headers


def test_the_worker_learns_the_requests_id_from_the_gateway_alone(room, worker_server, knock):
    knock(x_request_id="forged")

    assert worker_server.asked[-1]["headers"]["x-request-id"] not in ("", "forged")
