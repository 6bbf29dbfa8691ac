"""HTML pages: one file each, which loads nothing else.

Their templates, style and scripts are in ``templates/``. Texts of a plan are inserted escaped, into the templates only.
Style and scripts are the same in every page of a kind, and its Content-Security-Policy allows them by their hashes.
"""
