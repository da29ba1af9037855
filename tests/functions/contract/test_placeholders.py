import os

from functions.contract.placeholders import PLACEHOLDERS, told_enough


def test_for_a_while_doors_are_told_what_is_lacking_and_nothing_that_is_known(monkeypatch):
    monkeypatch.delenv("STOA_MAIL_FROM")
    before = dict(os.environ)

    with told_enough():
        told = dict(os.environ)

    assert told["STOA_MAIL_FROM"] == PLACEHOLDERS["STOA_MAIL_FROM"]
    assert told.items() >= before.items()
    assert dict(os.environ) == before
