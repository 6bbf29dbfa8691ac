"""The log of a run: what is written to stderr, and with ``--log-file`` to a file.

options.py   ``--log-format`` and ``--log-file``
run_log.py   where each record goes
lines.py     a record as a line: JSON or text
events.py    what happens to persisters, as records
requests.py  how many requests a run has sent
started.py   the first line of a run
"""
