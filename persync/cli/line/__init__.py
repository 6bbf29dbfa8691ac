"""The command line as such: what all commands have in common.

adopted.py     makes a command one of persync: the options of every command, and a variable for each option
everywhere.py  the options that stand before and after a command
group.py       a group whose options go on to the command that is called
variables.py   the names of the variables, and what is wrong with those that are set
habits.py      what was meant by a command or an option that does not exist
"""
