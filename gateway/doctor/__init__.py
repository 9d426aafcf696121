"""What `airwarn doctor` looks at: the settings, the machine, the providers and the ledger."""
