"""The live side: a typed client of the Harvester API. Only this package sends HTTP requests.

    not_found.py      what a 404 of a persister means
    client.py         the endpoints
    load/             how much all threads send at a time, and when they wait
    auth/             sources of the access token: a fixed one, a program, or Keycloak's token endpoint
    probe/            how an API behaves, for ``persync doctor``
    transport.py      sends one request, once: connections, timeouts
    status_errors.py  which error each HTTP status becomes: one table
    lists.py          lists of event types, page by page
    retries.py        which outcomes of reads are retried, after which delay
    responses.py      reads successful answers: JSON → the types of ``persync.model``
    error_body.py     reads error answers: message, type and trace
    connection/       settings and deadline of a connection; errors of the HTTP library → a cause and a hint
    exchange.py       the data of one request: the call and its outcome
    answer_models.py  the shapes of JSON answers, as pydantic models
    address.py        checks URLs: to which a secret may be sent
    server_clock.py   the time of the server
    jwt.py            reads tokens that are JWTs
    redaction.py      hides secrets in text from a server, and makes it safe to show

Imports run down this list, never up (a contract in pyproject.toml).
"""
