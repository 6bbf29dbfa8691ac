"""The documentation: parts of pages that are made from the code, and what the site needs beside docs/."""
