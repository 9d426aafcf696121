"""Pages for whoever has a link: no sign-in, no script, no cookie."""
