"""For authors: build, normalize, release, verify."""
