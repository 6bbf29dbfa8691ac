"""What differs between the files and the live system, and what an apply would do."""
