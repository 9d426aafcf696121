"""The directory (通讯录): organisations, their addresses, importing lists, choosing recipients."""
