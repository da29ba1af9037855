"""The whole cloud on one machine: `python -m local`.

What only this stack offers, beside the API and the page:

POST /local/sign-in                        sign in by a handle alone (`identity`)
POST /local/accounts/{handle}/followers    followers out of nothing (`identity`)
GET, POST /local/clock                     the stack's time, and moving it ahead (`clock_routes`)
GET /local/outbox, /local/outbox.json      e-mails and push messages that were sent (`outbox`)

What the person at the terminal may choose stands in `settings`, and where the money goes in
`payments`.
"""
