"""libopus through cffi (ABI mode): the copy that PyAV's wheel carries, else the system's.

One object is one stream and not safe under threads. Samples are int16 at 48 kHz: one-dimensional
if mono, samples x 2 if stereo.
"""

import ctypes.util
import importlib.metadata
import os
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from cffi import FFI

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pcm = NDArray[np.int16]

SAMPLE_RATE = 48_000
FRAME_SIZE = 960
"""Samples in the 20 ms that everything here works in."""

MAX_DURATION = 5760
"""Samples in the longest packet there is: 120 ms (RFC 6716 section 3.2)."""

MAX_FRAME_BYTES = 1275
STEP = 120
"""Concealment comes in multiples of 2.5 ms."""

MIN_EXPECTED_LOSS = 10
"""Per cent. Told less at 32 kbit/s, libopus writes no forward error correction at all."""

SET_BITRATE, SET_COMPLEXITY, SET_INBAND_FEC, SET_PACKET_LOSS_PERC = 4002, 4010, 4012, 4014

ffi = FFI()
ffi.cdef("""
typedef struct OpusEncoder OpusEncoder;
typedef struct OpusDecoder OpusDecoder;
const char *opus_strerror(int);
OpusEncoder *opus_encoder_create(int32_t, int, int, int *);
void opus_encoder_destroy(OpusEncoder *);
int opus_encoder_ctl(OpusEncoder *, int, ...);
int opus_encode(OpusEncoder *, const int16_t *, int, unsigned char *, int32_t);
OpusDecoder *opus_decoder_create(int32_t, int, int *);
void opus_decoder_destroy(OpusDecoder *);
int opus_decode(OpusDecoder *, const unsigned char *, int32_t, int16_t *, int, int);
int opus_packet_get_nb_samples(const unsigned char *, int32_t, int32_t);
int opus_packet_get_samples_per_frame(const unsigned char *, int32_t);
int opus_packet_has_lbrr(const unsigned char *, int32_t);
""")


class OpusError(Exception):
    """libopus refused; the message is its own."""


class Application(IntEnum):
    """What the encoder is tuned for."""

    VOIP = 2048
    AUDIO = 2049


def _candidates() -> Iterator[str]:
    if "OPUS_LIBRARY" in os.environ:
        yield os.environ["OPUS_LIBRARY"]
    try:
        for file in importlib.metadata.files("av") or []:
            if re.fullmatch(r"libopus(-\w+)?\.(so[.\d]*|[.\d]*dylib)", file.name):
                yield str(file.locate())
    except importlib.metadata.PackageNotFoundError:
        pass
    found = ctypes.util.find_library("opus")
    if found:
        yield found


def _load() -> Any:
    reasons = []
    for path in _candidates():
        try:
            return ffi.dlopen(path)
        except OSError as error:
            reasons.append(str(error))
    raise ImportError("libopus was not found: " + ("; ".join(reasons) or "no candidate"))


lib = _load()
HAS_LBRR_TEST = hasattr(lib, "opus_packet_has_lbrr")  # libopus 1.4 and later


def _check(result: int) -> int:
    if result < 0:
        raise OpusError(ffi.string(lib.opus_strerror(result)).decode())
    return result


def duration(payload: bytes) -> int:
    """Samples that a packet lasts (120..5760); OpusError if its frames can't be told apart."""
    samples = _check(lib.opus_packet_get_nb_samples(payload, len(payload), SAMPLE_RATE))
    if not samples:
        raise OpusError("a packet of no frames")
    return samples


def frame_duration(payload: bytes) -> int:
    """Samples in each frame of a packet: how far back its error correction reaches."""
    return int(lib.opus_packet_get_samples_per_frame(payload, SAMPLE_RATE))


def has_fec(payload: bytes) -> bool:
    """Whether the packet repeats the one before it (LBRR, RFC 6716 section 2.1.7)."""
    if HAS_LBRR_TEST:
        return bool(lib.opus_packet_has_lbrr(payload, len(payload)) == 1)
    return payload[0] < 0x80  # noqa: PLR2004 - SILK or hybrid: the decoder conceals if there is none


def silence(samples: int, channels: int = 1) -> "Pcm":
    """So many samples of nothing."""
    return np.zeros(samples if channels == 1 else (samples, channels), np.int16)


def mono(pcm: "Pcm") -> "Pcm":
    """The middle of both channels, if there are two."""
    return pcm if pcm.ndim == 1 else pcm.mean(axis=1).astype(np.int16)


class Encoder:
    """Opus for a conversation; in-band FEC is always on."""

    def __init__(
        self,
        *,
        bitrate: int = 32_000,
        complexity: int = 5,
        application: Application = Application.VOIP,
        channels: int = 1,
        max_bytes: int = MAX_FRAME_BYTES,
    ) -> None:
        error = ffi.new("int *")
        encoder = lib.opus_encoder_create(SAMPLE_RATE, channels, application, error)
        _check(error[0])
        self._encoder = ffi.gc(encoder, lib.opus_encoder_destroy)
        self._output = ffi.new("unsigned char[]", max_bytes)
        self._max_bytes = max_bytes
        self._control(SET_BITRATE, bitrate)
        self._control(SET_COMPLEXITY, complexity)
        self._control(SET_INBAND_FEC, 1)
        self.set_expected_loss(MIN_EXPECTED_LOSS)

    def set_expected_loss(self, percent: int) -> None:
        """Spends more on error correction; below `MIN_EXPECTED_LOSS` it would spend nothing."""
        self._control(SET_PACKET_LOSS_PERC, max(MIN_EXPECTED_LOSS, min(percent, 100)))

    def encode(self, pcm: "Pcm") -> bytes:
        """One packet for 2.5, 5, 10, 20, 40 or 60 ms of samples."""
        data = ffi.from_buffer("int16_t[]", np.ascontiguousarray(pcm, np.int16))
        size = lib.opus_encode(self._encoder, data, len(pcm), self._output, self._max_bytes)
        return bytes(ffi.buffer(self._output, _check(size)))

    def _control(self, request: int, value: int) -> None:
        # A variadic argument has no declared type: without the cast cffi refuses it.
        _check(lib.opus_encoder_ctl(self._encoder, request, ffi.cast("int32_t", value)))


class Decoder:
    """Any Opus stream, as mono or stereo. A refused packet leaves the decoder as it was."""

    def __init__(self, channels: int = 1) -> None:
        error = ffi.new("int *")
        decoder = lib.opus_decoder_create(SAMPLE_RATE, channels, error)
        _check(error[0])
        self._decoder = ffi.gc(decoder, lib.opus_decoder_destroy)
        self._pcm = silence(MAX_DURATION, channels)
        self._output = ffi.from_buffer("int16_t[]", self._pcm)

    def decode(self, payload: bytes) -> "Pcm":
        """The samples of one packet."""
        if not payload:
            raise OpusError("an empty payload would be taken for a lost packet")
        return self._decode(payload, MAX_DURATION, fec=False)

    def conceal(self, samples: int = FRAME_SIZE) -> "Pcm":
        """A guess at what was lost; fades out when it goes on."""
        whole = min(-(-samples // STEP) * STEP, MAX_DURATION)
        return self._decode(None, whole, fec=False)[:samples]

    def recover(self, next_payload: bytes, samples: int = FRAME_SIZE) -> "Pcm":
        """The packet before `next_payload`, from the error correction in it.

        `samples` is the length of the gap, `frame_duration(next_payload)` if one packet was lost.
        Decode `next_payload` itself afterwards, as usual.
        """
        return self._decode(next_payload, samples, fec=True)

    def _decode(self, payload: bytes | None, samples: int, *, fec: bool) -> "Pcm":
        data, size = (ffi.NULL, 0) if payload is None else (payload, len(payload))
        got = lib.opus_decode(self._decoder, data, size, self._output, samples, fec)
        return self._pcm[: _check(got)].copy()
