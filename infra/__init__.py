"""The deployment as code: a stack a file, put together in `app`."""
