"""Plans of run states that a user requests, whatever the files configure: start, stop, restart."""
