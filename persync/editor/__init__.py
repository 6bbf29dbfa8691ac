"""What an editor knows of the files that people write: JSON Schemas, made from the published ones and the catalogue.

    schemas.py    one document for each kind of file
    sections.py   the properties of the catalogue, nested and dotted
    fields.py     the other fields, in words
    draft07.py    schemas in the draft that all editors read
    walk.py       the schemas in a schema

Pure, but for reading the published schemas.
"""
