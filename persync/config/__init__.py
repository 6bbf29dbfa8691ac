"""The desired side: YAML files in, checked persisters out.

Bytes become trees (``text``), trees become partial documents (``document``); defaults, documents and overlays are laid
over each other (``overlay``) and turned into persisters (``build``), which ``lint`` judges. ``load`` puts that
together; ``settings`` reads persync.yaml. Only ``files`` touches the file system.
"""
