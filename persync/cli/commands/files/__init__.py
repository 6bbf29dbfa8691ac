"""Commands about the files: they are made, checked, formatted and explained."""
