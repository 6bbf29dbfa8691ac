"""The line of a file that a message is about, with a caret below it."""
