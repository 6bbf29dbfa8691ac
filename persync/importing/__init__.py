"""Live persisters, or those of a GrApp folder, to files: what ``persync import`` writes."""
