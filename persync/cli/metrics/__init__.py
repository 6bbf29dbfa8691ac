"""``--metrics-file``: the figures of a run for Prometheus, through the textfile collector of node_exporter.

options.py      the option
measurement.py  collects the figures of a run, and writes them at its end
exposition.py   figures as text, and back
"""
