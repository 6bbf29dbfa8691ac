"""The live side: the Harvester API as typed Python. Only this room of persync speaks HTTP.

    client.py      the endpoints
    auth.py        where the token comes from
    proof.py       whether a write of unknown outcome took effect
    responses.py   answers of the API → the nouns of ``persync.model``
    failures.py    answers that are none → ``persync.errors``
    transport.py   one try: connections, timeouts, limits
    retries.py     when to try again, and how long to wait
    outages.py     what the HTTP library raises → a cause that a reader understands
    redaction.py   text of strangers, made fit to be shown
    exchange.py    one request and what came of it
    address.py     which URLs a secret may be sent to

Imports run down this list, never up.
"""
