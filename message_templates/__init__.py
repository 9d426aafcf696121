"""Plans and notice templates: data, read through `importlib.resources`."""
