"""``persync doctor``: why persync cannot be used, or how well it can.

report.py       the published document: checks and their results
examination.py  what the checks share: session, connection, client, and every answer so far
local.py        checks of files, settings and the process environment
network.py      checks of the way to the API, and of what answers there
access.py       checks of token, clock and roles
behaviour.py    checks of what releases differ in, and of the time per request
checks.py       all checks, in their order: one table
text.py         the report as text
run.py          runs the checks
"""
