"""Back to before a run: what of its before-images can be restored, as desired persisters."""
