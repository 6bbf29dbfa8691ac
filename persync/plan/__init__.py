"""What differs between the files and the live system, and what would be done about it."""
