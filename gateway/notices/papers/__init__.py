"""Papers: documents beside the audiences' notices, such as the inward order or a situation bulletin."""
