"""What the portal shows of a mod, and the forms in which values of a page compare and are stored."""
