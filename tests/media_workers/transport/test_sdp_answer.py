"""Every section of an offer has its answer: taken, or refused for what it is."""

import pytest

from media_workers.transport.sdp import Direction, parse_offer
from media_workers.transport.sdp_answer import answer_fragment
from tests.media_workers.transport.offers import OBS, OURS, OfferText, answered, arranged


def sections(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("m=")]


def test_obs_is_heard_and_its_picture_refused() -> None:
    offer = parse_offer(OBS)

    lines = answered(offer)

    assert offer.direction is Direction.SENDONLY
    assert (offer.ice_ufrag, offer.opus_payload_type) == ("9AOm", 111)
    assert "a=group:BUNDLE 0" in lines
    audio, video = sections(lines)
    assert (audio, video) == (
        "m=audio 4000 UDP/TLS/RTP/SAVPF 111",
        "m=video 0 UDP/TLS/RTP/SAVPF 96",
    )
    refused = lines[lines.index(video) :]
    assert {"a=mid:1", "a=inactive", "a=setup:passive", "a=rtpmap:96 H264/90000"} <= set(refused)
    assert not [line for line in refused if "candidate" in line or "bundle-only" in line]


@pytest.mark.parametrize("order", ["avd", "adv", "vad", "vda", "dav", "dva"])
@pytest.mark.parametrize("bundle", ["0 1 v", "v 1 0", "v 0 1", "1 0"])
def test_whatever_the_order_video_is_refused_or_inactive_if_it_has_the_transport(
    offer_text: OfferText, order: str, bundle: str
) -> None:
    offer = parse_offer(arranged(offer_text(), order, bundle=bundle))

    lines = answered(offer)

    kept = bundle.replace(" v", "")
    assert offer.ice_ufrag == ("picture" if kept[0] == "v" else "theirs")
    assert offer.has_data_channel
    video = "m=video 4000" if kept[0] == "v" else "m=video 0"
    kinds = {"a": "m=audio 4000", "v": video, "d": "m=application 4000"}
    assert [" ".join(line.split()[:2]) for line in sections(lines)] == [kinds[k] for k in order]
    assert lines.count("a=inactive") == 1
    fragment = answer_fragment(offer, ice_ufrag="", ice_pwd="", address=("192.0.2.1", 4000))
    for text in (lines, fragment.split("\r\n")):
        assert f"a=group:BUNDLE {kept}" in text


def test_who_would_hear_and_see_hears(offer_text: OfferText) -> None:
    text = arranged(offer_text(direction="recvonly"), "va", bundle="0 v")

    lines = answered(parse_offer(text))

    assert "a=sendonly" in lines
    assert "m=video 0 UDP/TLS/RTP/SAVPF 96" in lines


def test_video_outside_of_the_group_is_refused_too(offer_text: OfferText) -> None:
    text = arranged(offer_text(), "av", bundle="x")

    lines = answered(parse_offer(text))

    assert not [line for line in lines if line.startswith("a=group")]
    assert len(sections(lines)) == 2


def test_a_disabled_section_is_answered_as_refused(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(replace=("m=application 9", "m=application 0")))

    lines = answered(offer)

    assert not offer.has_data_channel
    assert "m=application 0 UDP/DTLS/SCTP webrtc-datachannel" in lines
    assert "a=group:BUNDLE 0" in lines


@pytest.mark.parametrize("direction", Direction)
def test_each_direction_is_answered_with_its_reverse(
    offer_text: OfferText, direction: Direction
) -> None:
    offer = parse_offer(offer_text(direction=direction))

    lines = answered(offer)

    assert offer.direction is direction
    assert f"a={direction.reverse}" in lines
    assert ("a=ssrc:77 cname:stoa" in lines) is direction.client_receives


def test_an_offer_without_data_channels_is_answered_without(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(data=False))

    lines = answered(offer)

    assert not offer.has_data_channel
    assert sum(line.startswith("m=") for line in lines) == 1
    assert "a=group:BUNDLE 0" in lines


def test_the_answer_has_what_browsers_insist_on(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text()))

    assert lines[0] == "v=0"
    assert "a=ice-lite" in lines
    assert "a=group:BUNDLE 0 1" in lines
    assert "m=audio 4000 UDP/TLS/RTP/SAVPF 63 111" in lines
    assert "m=application 4000 UDP/DTLS/SCTP webrtc-datachannel" in lines
    assert "a=sctp-port:5000" in lines
    assert "a=rtcp-mux" in lines
    for line in (
        "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host",
        "a=setup:passive",
        f"a=fingerprint:sha-256 {OURS.value}",
        "a=ice-ufrag:ours",
    ):
        assert lines.count(line) == 2
    assert not [line for line in lines if "extmap" in line or "rtcp-fb" in line]


@pytest.mark.parametrize("stereo", [False, True])
def test_a_room_of_music_asks_for_stereo_and_says_that_it_sends_it(
    offer_text: OfferText, *, stereo: bool
) -> None:
    lines = answered(parse_offer(offer_text()), stereo=stereo)

    (opus,) = (line for line in lines if line.startswith("a=fmtp:111 "))
    parameters = opus.removeprefix("a=fmtp:111 ").split(";")
    wanted = {"stereo=1", "sprop-stereo=1", "maxaveragebitrate=128000"}
    assert wanted & set(parameters) == (wanted if stereo else set())
    assert "useinbandfec=1" in parameters


def test_an_ipv6_address_is_answered_as_such(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text()), address=("2001:db8::1", 4000))

    assert lines.count("c=IN IP6 2001:db8::1") == 2


def test_sections_are_answered_in_the_order_of_the_offer(offer_text: OfferText) -> None:
    head, audio, data = offer_text().replace("BUNDLE 0 1", "BUNDLE 1 0").split("m=")

    lines = answered(parse_offer(f"{head}m={data}m={audio}"))

    assert [line[2:7] for line in lines if line.startswith("m=")] == ["appli", "audio"]
    assert "a=group:BUNDLE 1 0" in lines


def test_the_transport_is_that_of_the_section_bundled_first(offer_text: OfferText) -> None:
    head, audio, data = offer_text().replace("BUNDLE 0 1", "BUNDLE 1 0").split("m=")

    offer = parse_offer(f"{head}m={audio}m={data.replace('theirs', 'tagged')}")

    assert offer.ice_ufrag == "tagged"
    assert "a=group:BUNDLE 1 0" in answered(offer)


def test_who_offers_no_group_is_answered_with_none(offer_text: OfferText) -> None:
    lines = answered(parse_offer(offer_text(data=False, replace=("a=group:BUNDLE 0", "a=x"))))

    assert not [line for line in lines if line.startswith("a=group")]


@pytest.mark.parametrize(
    ("lines", "packet_time"),
    [
        (("a=ptime:20",), 20),
        (("a=ptime:40",), 40),
        (("a=ptime:50",), 40),
        (("a=ptime:60",), 60),
        (("a=ptime:120",), 60),
        (("a=ptime:60", "a=maxptime:40"), 40),
        (("a=ptime:60", "a=maxptime:20"), 20),
        (("a=maxptime:60",), 20),
        (("a=ptime:many",), 20),
        (("a=ptime:0",), 20),
    ],
)
def test_who_only_listens_may_ask_for_fewer_packets(
    offer_text: OfferText, lines: tuple[str, ...], packet_time: int
) -> None:
    offer = parse_offer(offer_text(direction="recvonly", audio=lines))

    assert offer.packet_time == packet_time
    assert (f"a=ptime:{packet_time}" in answered(offer)) == (packet_time > 20)


def test_who_speaks_gets_20_ms_in_a_packet_whatever_he_asks_for(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text(direction="sendrecv", audio=("a=ptime:60",)))

    assert offer.packet_time == 20
    assert "a=ptime" not in answered(offer)


def test_a_fragment_is_answered_with_our_credentials_and_candidate(offer_text: OfferText) -> None:
    text = answer_fragment(
        parse_offer(offer_text()), ice_ufrag="new", ice_pwd="pwd", address=("192.0.2.1", 4000)
    )

    lines = text.split("\r\n")
    assert "a=ice-ufrag:new" in lines
    assert "a=ice-pwd:pwd" in lines
    assert "a=mid:0" in lines
    assert "a=candidate:1 1 udp 2130706431 192.0.2.1 4000 typ host" in lines
