"""Warning decisions (预警决定): the document, what a forecast means under a plan, and the checks."""
