"""Papers that hang and lie about: sign boards of plants and sites, call sheets of the duty officer."""
