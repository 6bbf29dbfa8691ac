"""A local Harvester API, for trying, testing and CI. It is not for production.

It imports nothing else of persync, so that tests compare persync with a second implementation of the API and not
with itself. From the outside to the inside, each layer imports only those below it:

    server.py            SandboxServer: starts and stops everything, methods for tests
    replay.py            a server that answers as a recorded API did
    http/                the HTTP layer (starlette, uvicorn)
        app.py               the ASGI application: routes, error handlers, gateway
        listener.py          a loopback port, served by a thread
        gateway.py           middleware: records requests, injects the faults of a network or a proxy
        api.py               the endpoints of the Harvester API and Keycloak's token endpoint
        document.py          the OpenAPI document of a release, from the files in openapi/
        introspection.py     the endpoints below /sandbox/, which a Harvester API does not have
        fault_responses.py   the responses of injected faults
        altered.py           responses that are altered on their way
        bodies.py            request bodies, JSON responses, error responses
    event_types.py       the service for event types: lists, versions
    harvester.py         the service for persisters: what each endpoint reads and changes
    store.py             the persisters and event types, in SQLite
    accounts.py          users, clients, access tokens
    realm.py             tokens of a Keycloak realm, verified by its keys
    history.py           the run states that persisters had
    fault_injection.py   which faults a request triggers
    description.py       sandbox.yaml: what the sandbox starts with
    consistency.py       checks of a description that concern more than one field
    yaml_source.py       YAML read with positions
    domain/              pure functions and types: no files, no clock, no network
        states.py            run states and how they change
        config.py            a persister's config and the server's defaults
        persister.py         a stored persister, to and from JSON
        event_type.py        an event type, and its JSON in the responses
        roles.py             who may read and change what, in each release
        external_change.py   a change that is made outside the API
        faults.py            the kinds of fault
        parsing.py           request bodies and parameters to values
        views.py             persisters and run states to the JSON of a response
        problems.py          error responses of each release
        logs.py              log lines of a pod
        models.py            the base of all models, and their validation messages
        defaults.py          the built-in default config
        deployer.py          what is refused at START
        property_habits.py   properties that a service hides, or does not store as sent
    errors.py            SandboxError

`persync.sandbox.server` needs the optional extra `persync[sandbox]` (starlette and uvicorn). This module imports
nothing, so that a program without the extra can import the rest.
"""
