"""Reads the files that persync.yaml names into documents."""
