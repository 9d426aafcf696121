"""Organisations, their people, addresses and inventories; imports, and whether addresses are still right."""
