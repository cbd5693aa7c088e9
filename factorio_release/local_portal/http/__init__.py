"""Sockets, requests and bodies of the embedded portal."""
