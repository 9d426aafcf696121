"""Drafts and exercises: their form, who is meant, the preview of all they would say."""
