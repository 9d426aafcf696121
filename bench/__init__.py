"""What the README claims about speed and size, reproducible: see `bench/README.md`."""
