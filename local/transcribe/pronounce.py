"""How a word that is in no dictionary may sound: English letters to ARPAbet phones, by rule.

Names and terms are what a vocabulary is for; a rough pronunciation is enough to tell them apart.
"""

import re

RULES = (
    ("tion", "SH AH N"),
    ("augh", "AO"),
    ("eigh", "EY"),
    ("igh", "AY"),
    ("tch", "CH"),
    ("oa$", "OW AH"),
    ("ch", "CH"),
    ("sh", "SH"),
    ("th", "TH"),
    ("ph", "F"),
    ("ck", "K"),
    ("ng", "NG"),
    ("qu", "K W"),
    ("wh", "W"),
    ("ee", "IY"),
    ("ea", "IY"),
    ("oo", "UW"),
    ("ou", "AW"),
    ("ow", "OW"),
    ("oa", "OW"),
    ("oi", "OY"),
    ("ai", "EY"),
    ("ay", "EY"),
    ("au", "AO"),
    ("er", "ER"),
    ("ar", "AA R"),
    ("or", "AO R"),
    (r"(\w)(?=\1)", ""),
    ("c(?=[eiy])", "S"),
    ("g(?=[eiy])", "JH"),
    ("^y", "Y"),
    ("y$", "IY"),
    ("(?<=.)e$", ""),
    ("a$", "AH"),
    ("a", "AE"),
    ("b", "B"),
    ("c", "K"),
    ("d", "D"),
    ("e", "EH"),
    ("f", "F"),
    ("g", "G"),
    ("h", "HH"),
    ("i", "IH"),
    ("j", "JH"),
    ("k", "K"),
    ("l", "L"),
    ("m", "M"),
    ("n", "N"),
    ("o$", "OW"),
    ("o", "AA"),
    ("p", "P"),
    ("q", "K"),
    ("r", "R"),
    ("s", "S"),
    ("t", "T"),
    ("u", "AH"),
    ("v", "V"),
    ("w", "W"),
    ("x", "K S"),
    ("y", "IH"),
    ("z", "Z"),
    (".", ""),
)
COMPILED = tuple((re.compile(pattern), phones) for pattern, phones in RULES)


def pronounce(word: str) -> str:
    """Phones joined by spaces, at least one."""
    phones: list[str] = []
    at = 0
    while at < len(word):
        for pattern, sound in COMPILED:
            if found := pattern.match(word, at):
                phones += sound.split()
                at = found.end()
                break
    return " ".join(phones) or "AH"
