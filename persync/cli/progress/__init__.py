"""What people see while a command works: on a terminal one live block, in a log a line now and then.

reading.py      persisters that are read
applying.py     an apply
board.py        what is known of an apply while it is under way
words.py        that as text
throttling.py   that the API is busy or away, as text
every.py        calls something at intervals
"""

from persync.cli.progress.reading import ReadProgress

__all__ = ["ReadProgress"]
