"""The figures that a price is made of, beside prices and requests: measured, or from the code.

What is neither says that it is assumed.
"""

from decimal import Decimal

from core.profiles import Profile
from core.queues import QUEUES as EVERY_QUEUE

# Sound. An RTP packet to a listener: RFC 3550, RFC 7714 (AEAD_AES_128_GCM), UDP, IPv4.
OPUS_BITS_A_SECOND = {Profile.VOICE: 32_000, Profile.MUSIC: 96_000}
"""media_workers.audio.treatment; all the time, though less is sent in pauses."""

PACKET_OVERHEAD = 12 + 16 + 8 + 20
CPU_PER_PACKET = Decimal("0.0000142")
"""Seconds: `python bench/room.py`, 200 real listeners, all in; on a machine of two cores."""

PTIMES = (20, 40, 60)

# Words. An SCTP DATA chunk in DTLS 1.2 (RFC 9260, RFC 6347), UDP, IPv4.
MESSAGE_OVERHEAD = 12 + 16 + 13 + 8 + 16 + 8 + 20
CAPTION_BYTES = 365
"""A `caption` event whose line has 80 characters."""

CAPTIONS_A_SECOND = 4
"""Assumed, while somebody speaks; `media_workers.captioning.partials` lets 10 through."""

OTHER_BYTES_A_SECOND = 260
"""Assumed: one other event a second, a STUN answer each 2.5 s, a sender report each 5 s."""

VOICES = Decimal("1.1")
"""Assumed: somebody speaks all the time, one at a time, 15 s; the gate adds 1.5 s to each turn."""

LINES_A_MINUTE = 12
"""Assumed: a line of captions in five seconds."""

# Tasks, as infra.fargate scales them.
LOAD_TARGET = Decimal("0.6")

# Pages and functions.
PAGE_BYTES, PAGE_REQUESTS = 161_000, 6
"""web/dist, compressed, without an alphabet's further letters; a first visit."""

ANSWER_BYTES = 2_000
LAMBDA_SECONDS = Decimal("0.1")
LOG_BYTES_A_CALL = 600
"""Assumed, these three: of a call over HTTP."""

# A month without a room.
HOURS_A_MONTH = 730
ALARM_METRICS = 78
METRICS = 23
DASHBOARDS = 1
SECRETS = 3
"""Counted in the templates by tests/infra/test_cost.py."""

QUEUES = len(EVERY_QUEUE)
POLLS_A_MINUTE = 15
"""Assumed: Lambda asks a queue that is empty by five pollers, 20 s each."""

WORKER_POLLS_A_MINUTE = 3
"""Of a media worker, for commands: media_workers.fleet.commands."""

LOG_BYTES_A_WORKER_MINUTE = 1_000
"""Assumed."""
