"""People who sign in: accounts and roles, how they prove who they are, what two must agree on."""
