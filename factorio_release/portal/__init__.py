"""The mod portal as this program sees it: what it says, and how it is asked."""
