"""The directory: organisations, people, lists, inventory, and what is to be mended."""
