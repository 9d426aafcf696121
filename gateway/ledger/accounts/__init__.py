"""People who sign in, their tokens, and what the office tells them."""
