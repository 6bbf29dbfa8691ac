"""How much the client sends at a time: one picture of the server for all threads of a client.

    sender.py    sends reads until a deadline, and writes once
    gate.py      lets requests begin: the clock, the lock and the waiting
    state.py     decides when a request may begin: in flight, pace and pause together
    flight.py    how many requests may be in flight
    pace.py      how many requests may begin per second
    meter.py     measures what the server lets pass

All but the first two is pure: the time is an argument. Imports run down this list, never up.
"""
