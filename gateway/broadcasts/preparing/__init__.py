"""From a document to everything that would leave: where it belongs, its texts, papers and readers."""
