"""The run states of persisters: as a table, as a document for programs, and on a whole screen."""
