"""Writes the contract: `python -m functions.contract > openapi.json`.

The doors read their environment as they are loaded. The document holds nothing of it: where a name
is not set, any value will do.
"""

import sys

from functions.contract.placeholders import told_enough

if __name__ == "__main__":
    with told_enough():
        from functions.contract.api import contract

    sys.stdout.write(contract() + "\n")
