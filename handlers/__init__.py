"""Handlers hear and speak: the platforms, the officers' pages, the command line."""
