"""What is owed by a deadline, by the office and by systems that hand alerts on; whose turn it is."""
