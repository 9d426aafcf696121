"""The sample city, and the run that `airwarn demo` shows: every name and number in it is invented."""
