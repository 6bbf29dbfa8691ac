"""What a property is.

    keys.py            when two keys are the same property
    catalogue.py       the known properties: spelling, kind, range and default
    values.py          when two values are equal
    kinds/             how a text of each kind is read, and what is wrong with it
    structures.py      maps, lists and texts, and how two of them differ
    leaf_changes.py    how two values differ, part by part
    yaml11.py          YAML in a text, as the deployer reads it
    yaml_limits.py     limits of values with parts
    corrections.py     what was meant by a text that is no value of its property
    secrets.py         what is a secret
    shown.py           what is shown in the place of a value
    paths.py           globs over the paths of properties
    patterns.py        regular expressions of users, searched within limits

No network and no printing, and pure but for two modules: patterns.py measures how long searches take, in a
``SearchBudget`` that the caller makes, and catalogue.py reads the published schema, once.
"""
