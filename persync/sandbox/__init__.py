"""A local stand-in for the Harvester API, for trying, testing and CI. It is not a Harvester API.

It imports nothing else of persync: it is a second opinion on what the service does, not an echo of what
persync believes. The rooms, from the outside in:

    server.py         SandboxServer: a thread, a loopback port, methods for tests
    gateway.py        records every request; plays the faults of a network and a proxy (faults.py, answers.py)
    harvester_api.py  HTTP of the Harvester API and of Keycloak's token endpoint
    introspection.py  HTTP below /sandbox/, outside the API
    harvester.py      the service: what each endpoint does to a stored persister
    accounts.py       users, clients, tokens, roles
    store.py          SQLite
    description.py    sandbox.yaml: who and what the sandbox starts with (models.py, yaml_source.py, defaults.py)
    states.py config.py submitted.py views.py problems.py logs.py     pure functions

`persync.sandbox.server` needs the optional extra `persync[sandbox]` (starlette and uvicorn); nothing else here does
but the HTTP rooms it pulls in. So this module imports nothing.
"""
