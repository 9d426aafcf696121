"""The server: provider callbacks, health, and the API. Handlers are thin and call use cases."""
