"""The sample city and the story that `airwarn demo` shows: every name and number in them is invented."""
