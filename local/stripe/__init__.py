"""Stripe on one machine: the part of its API that we use, with state, events, clock and faults.

`core.Stripe` knows neither sockets nor clocks; `in_process` puts stripe-python straight on it, and
`server` puts it on a port, with signed webhooks, pages for people and a script for browsers.
"""
