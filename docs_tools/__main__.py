"""Write the generated parts of the pages: ``python -m docs_tools``."""

from docs_tools.reference import pages, regenerated

for page in pages():
    page.write_text(regenerated(page.read_text(encoding="utf-8")), encoding="utf-8")
