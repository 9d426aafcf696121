"""Figures as shapes: pure functions that a page's template draws as SVG, each beside its table."""
