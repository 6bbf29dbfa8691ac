"""What a property is.

    keys.py, catalogue.py     when two keys are the same property
    values.py                 when two values are equal; structures.py and quantities.py read them
    secrets.py, shown.py      what is a secret, and what is shown in its place

Pure functions: no network, clock, files or printing.
"""
