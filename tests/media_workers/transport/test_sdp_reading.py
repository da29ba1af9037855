"""What browsers offer is understood, however they arrange it, and so is a fragment."""

from media_workers.transport.sdp import Direction, Fingerprint, parse_offer, parse_trickle_fragment
from tests.media_workers.transport.offers import (
    CANDIDATES,
    CHROMIUM,
    DIGEST,
    FIREFOX,
    OfferText,
    arranged,
)


def test_an_offer_is_understood(offer_text: OfferText) -> None:
    offer = parse_offer(offer_text())

    assert offer.direction is Direction.SENDRECV
    assert (offer.opus_payload_type, offer.red_payload_type) == (111, 63)
    assert offer.fingerprint.algorithm == "sha-256"
    assert (offer.ice_ufrag, offer.mids, offer.audio_mid) == ("theirs", ("0", "1"), "0")
    assert offer.has_data_channel
    assert (offer.sctp_port, offer.max_message_size) == (5000, 262144)


def test_an_offer_as_bytes_or_with_bare_newlines_is_the_same(offer_text: OfferText) -> None:
    text = offer_text()

    assert parse_offer(text.encode()) == parse_offer(text.replace("\r\n", "\n"))


def test_firefoxes_offer_is_understood() -> None:
    offer = parse_offer(FIREFOX)

    assert (offer.opus_payload_type, offer.red_payload_type) == (109, None)
    assert offer.fingerprint == Fingerprint("sha-256", DIGEST)
    assert offer.mids == ("0", "1")
    assert offer.has_data_channel


def test_chromiums_offer_is_understood() -> None:
    offer = parse_offer(CHROMIUM)

    assert (offer.opus_payload_type, offer.red_payload_type) == (111, 63)
    assert (offer.ice_ufrag, offer.mids) == ("NZLX", ("0", "1"))
    assert offer.max_message_size == 262144


def test_sound_that_is_bundled_with_video_first_and_has_no_port_of_its_own_is_taken(
    offer_text: OfferText,
) -> None:
    text = arranged(offer_text(audio=("a=bundle-only",)), "va", bundle="v 0")

    offer = parse_offer(text.replace("m=audio 9", "m=audio 0"))

    assert (offer.audio_mid, offer.bundle) == ("0", ("v", "0"))


def test_a_section_without_a_port_is_not_the_one_that_has_the_transport() -> None:
    offer = parse_offer(FIREFOX.replace("BUNDLE 0 1", "BUNDLE 1 0"))

    assert offer.bundle == ("0", "1")


def test_sha_256_is_taken_where_there_are_longer_ones(offer_text: OfferText) -> None:
    long = ":".join(["0b"] * 64)
    text = offer_text(fingerprint=f"sha-512 {long}\r\na=fingerprint:SHA-256 {DIGEST.lower()}")

    assert parse_offer(text).fingerprint == Fingerprint("sha-256", DIGEST)
    assert parse_offer(offer_text(fingerprint=f"sha-512 {long}")).fingerprint == Fingerprint(
        "sha-512", long.upper()
    )


def test_red_that_carries_something_else_is_not_taken(offer_text: OfferText) -> None:
    text = offer_text(replace=("a=fmtp:63 111/111", "a=fmtp:63 0/0"))

    assert parse_offer(text).red_payload_type is None


def test_candidates_are_ignored(offer_text: OfferText) -> None:
    assert parse_offer(offer_text() + 50 * CANDIDATES) == parse_offer(offer_text())


def test_a_fragments_credentials_are_read_wherever_they_stand() -> None:
    pwd = "p" * 22
    for_session = f"a=ice-ufrag:abcd\r\na=ice-pwd:{pwd}\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    for_section = f"m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:{pwd}\r\n"

    for text in (for_session, for_section + CANDIDATES):
        fragment = parse_trickle_fragment(text)

        assert (fragment.ice_ufrag, fragment.ice_pwd, fragment.fingerprint) == ("abcd", pwd, None)


def test_a_fragments_fingerprint_is_read_if_it_has_one() -> None:
    text = f"a=ice-ufrag:abcd\r\na=ice-pwd:{'p' * 22}\r\na=fingerprint:sha-256 {DIGEST}\r\n"

    assert parse_trickle_fragment(text).fingerprint == Fingerprint("sha-256", DIGEST)
