"""The web: the one port, health, and the officers' pages."""
