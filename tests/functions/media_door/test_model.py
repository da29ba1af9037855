import pytest

from functions.media_door.model import SDP, check_accept, check_content_type
from functions.shared.http_refusal import HttpRefusal


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/*",
        "application/sdp",
        "Application/SDP; q=0.5",
        "text/html, application/sdp;q=0.1",
        "*/*;q=0, application/sdp",
        "application/sdp;q=strange",
    ],
)
def test_an_accept_header_lets_sdp_through(accept):
    check_accept(accept, SDP)


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json",
        "application/sdp;q=0",
        "*/*, application/sdp;q=0.0",
        "*/*;q=0",
    ],
)
def test_an_accept_header_excludes_it(accept):
    with pytest.raises(HttpRefusal) as refused:
        check_accept(accept, SDP)

    assert refused.value.status == 406


@pytest.mark.parametrize("content_type", ["application/sdp", "Application/SDP; charset=utf-8"])
def test_a_media_type_counts_without_its_parameters(content_type):
    check_content_type(content_type, SDP)


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/sdpx"])
def test_another_media_type_is_refused(content_type):
    with pytest.raises(HttpRefusal) as refused:
        check_content_type(content_type, SDP)

    assert refused.value.status == 415
