"""README, FAQ and gallery turned into what the portal should show."""
