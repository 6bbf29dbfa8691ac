"""The live side: a typed client of the Harvester API. Only this package sends HTTP requests.

    client.py             the endpoints
    auth.py               sources of the access token: a fixed token, or Keycloak's token endpoint
    responses.py          reads successful answers: JSON → the types of ``persync.model``
    status_errors.py      which error each HTTP status becomes: one table
    error_body.py         reads error answers: message, type and trace
    answer_models.py      the shapes of JSON answers, as pydantic models
    transport.py          sends one request, once: connections, timeouts
    deadline.py           a deadline for a whole answer
    load/                 how much all threads send at a time, and when they wait
    retries.py            which outcomes of reads are retried, after which delay
    connection_errors.py  errors of the HTTP library → a cause and a hint: one table
    redaction.py          hides secrets in text from a server, and makes it safe to show
    exchange.py           the data of one request: the call and its outcome
    address.py            checks URLs: to which a secret may be sent

Imports run down this list, never up.
"""
