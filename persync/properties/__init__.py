"""What a property is.

    keys.py            when two keys are the same property
    catalogue.py       the known properties: spelling, kind, range and default
    values.py          when two values are equal
    binding.py         what the deployer takes from a structure
    structures.py      maps, lists and texts, and how two of them differ
    leaf_changes.py    how two values differ, part by part
    lists.py           the deployer's lists, in a text
    yaml11.py          YAML in a text, as the deployer reads it
    yaml_limits.py     limits of values with parts
    quantities.py      quantities, byte sizes and durations, as exact numbers
    corrections.py     what was meant by a text that is no value of its property
    secrets.py         what is a secret
    shown.py           what is shown in the place of a value
    paths.py           globs over the paths of properties
    patterns.py        regular expressions of users, searched within limits
    editor_schema.py   the schemas of the files, for an editor
    schemas/           how published schemas become those

Pure functions: no network, clock, files or printing.
"""
