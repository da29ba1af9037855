"""The codes of refusals: what the contract lists is what the code can raise, and the other way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from functions.contract.codes import CODES
from functions.contract.words import about
from functions.shared.problems import STATUS
from media_workers.control.problems import HTTP_CODES, SDP_CODES

ROOT = Path(__file__).parents[3]
MADE_BY = {kind.__name__ for kind in STATUS} | {"Denial", "HttpRefusal", "Unavailable", "problem"}
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
LISTED = {code for codes in CODES.values() for code in codes}
# Said over WebSocket, between processes, or to a log; never in an answer of the HTTP API.
ELSEWHERE = {"bad_message", "ecs_unavailable", "not_delivered", "worker_not_here"}
# Made otherwise: by an account's policy, by the gateway.
COMPUTED = {"not_eligible_to_host", "service_unavailable", "unauthorized"}


def raised() -> Iterator[str]:
    """The codes that stand in the code: the first text given to a refusal."""
    for plane in ("core", "functions", "media_workers"):
        for path in (ROOT / plane).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                    if node.func.id in MADE_BY and texts and CODE.fullmatch(str(texts[0])):
                        yield texts[0]


def test_every_code_that_can_be_raised_is_listed_and_no_other():
    made = {*raised(), *SDP_CODES.values(), *HTTP_CODES.values()} | COMPUTED

    assert made - ELSEWHERE == LISTED


def test_each_code_is_told_with_its_status():
    told = about()

    assert all(
        f"| {int(status)} | `{code}` |" in told for status, codes in CODES.items() for code in codes
    )
