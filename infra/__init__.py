"""The deployment as code: a stack a file, put together in `app`."""

import os

# Node 20 has left jsii's list of supported versions; its notice on stderr is no news here.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
