"""`python -m gateway` is the command `airwarn`."""

from gateway.cli import main

main()
