"""``python -m persync`` is the console script ``persync``."""

from persync.cli import main

if __name__ == "__main__":
    main()
