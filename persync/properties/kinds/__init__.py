"""How a text of each kind is read, and what is wrong with it.

table.py                             what there is to know of each kind
lists.py, quantities.py, binding.py  the deployer's lists; numbers with units; structures
problem.py                           what is wrong with a text

Pure.
"""
