"""A decision frozen for its approvers, and the steps that it takes until it may leave."""
