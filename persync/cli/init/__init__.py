"""``persync init``: the files that a configuration repository begins with."""
