"""Reports, bulletins and archives: made out of the ledger, in the forms that offices file."""
