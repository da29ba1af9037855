"""SQS on one machine: standard queues, on the stack's clock.

moto's SQS looks at every message of a queue for every request: with a thousand waiting it hands out
18 a second. This one looks only at those that it hands out.
"""
