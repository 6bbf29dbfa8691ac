"""What a property is: when two keys are the same one, when two values are equal, what must not be shown.

Pure functions: no network, clock, files or printing.
"""
