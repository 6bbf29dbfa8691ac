"""What a plan holds beside the persisters: models, which reports read."""
