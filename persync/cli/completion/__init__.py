"""Completion in a shell, of what the files and the journals hold. It sends no request, and an error completes nothing.

shell.py   what a shell calls, and the scripts that make it do so
types.py   the types of arguments and options that can be completed
known.py   the names that they complete
"""
