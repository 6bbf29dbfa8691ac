"""How a text of each kind is read, and what is wrong with it. Pure.

table.py        what depends on a kind
lists.py        the deployer's lists, in a text
quantities.py   quantities, byte sizes and durations, as exact numbers
binding.py      what the deployer takes from a structure
problem.py      what is wrong with a value
"""
