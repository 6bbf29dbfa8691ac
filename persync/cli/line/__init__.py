"""The command line as such: what all commands have in common.

adopted.py     makes a command one of persync: the options of every command, and a variable for each option
everywhere.py  the options that stand before and after a command
group.py       a group whose options go on to the command that is called
help.py        how the help of a command looks
hinted.py      errors that know what to do about them
variables.py   the names of the variables, and what is wrong with those that are set
meant.py       what was meant by a command or an option that does not exist
habits.py      the words of other tools for what persync has
patterns.py    what was meant by a selector that matches nothing
choice.py      which persisters patterns choose, and which variables the others would need
"""
