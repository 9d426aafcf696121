"""Group chats, one file a provider."""
