"""The console: pages for people who sign in, one file a noun. Every page works without scripts."""
