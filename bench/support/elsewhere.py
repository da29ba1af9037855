"""A network of one's own, in which what is said to other machines is gone once it is sent.

On loopback the kernel does the receiving, too, in the time of whoever sends: it looks up the
socket, asks its filter, wakes its owner. Here what goes to `ELSEWHERE` takes the whole way out
(socket, route, IP, device), and ends where a network card would take it. Only DTLS arrives: clients
need it to connect, and heed no answers to their checks and no sender reports.
"""

import os
import shutil
import subprocess
import sys

ELSEWHERE = "127.1.0.1"

_LOAD_BYTE, _LOAD_HALF, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x30, 0x28, 0x15, 0x35, 0x06
_DESTINATION, _PAYLOAD = 30, 42  # behind the headers of Ethernet, IP without options, and UDP
_PASS, _TAKEN = 0, 4  # TC_ACT_OK; TC_ACT_STOLEN: sent, as far as its sender knows
_FILTER = (
    (_LOAD_HALF, 0, 0, _DESTINATION),
    (_IF_EQUAL, 0, 4, 0x7F01),  # 127.1
    (_LOAD_BYTE, 0, 0, _PAYLOAD),
    (_IF_AT_LEAST, 1, 0, 64),
    (_IF_AT_LEAST, 1, 0, 20),  # DTLS: 20 to 63 (RFC 7983)
    (_RETURN, 0, 0, _TAKEN),
    (_RETURN, 0, 0, _PASS),
)
_ENTER = """
ip link set lo up
tc qdisc add dev lo clsact
tc filter add dev lo egress protocol ip bpf direct-action bytecode "$1"
shift
exec "$@"
"""
_ENTERED = "STOA_BENCH_ELSEWHERE"


def go_elsewhere() -> None:
    """Begin this program anew in such a network, unless it is there. SystemExit if it can't be."""
    if os.environ.get(_ENTERED):
        return
    os.environ[_ENTERED] = "yes"
    steps = ",".join([str(len(_FILTER)), *(" ".join(map(str, step)) for step in _FILTER)])
    rights = [] if os.geteuid() == 0 else ["--map-root-user"]
    enter = ["unshare", "--net", *rights, "sh", "-ec", _ENTER, "sh", steps]
    if shutil.which(enter[0]) is None or subprocess.run([*enter, "true"], check=False).returncode:
        sys.exit("--elsewhere takes Linux with iproute2, and root or user namespaces.")
    os.execvp(enter[0], [*enter, sys.executable, *sys.argv])
