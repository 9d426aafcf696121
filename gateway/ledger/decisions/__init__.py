"""What was decided, written and approved, episode by episode; and the frozen lists of whom it tells."""
