"""The desired side: YAML files in, checked persisters out.

Bytes become trees (``yaml``), trees become partial documents (``document``, ``flatten``); defaults, documents and
overlays are merged and built to persisters (``layers``), which ``rules`` check. ``load`` does all of that;
``settings`` reads persync.yaml; ``fmt`` formats files, and ``git`` reads them at a revision. Only ``files`` and ``git``
touch the file system.
"""
