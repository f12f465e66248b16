"""The bot thinks: what a message means, what follows from it, and how it is said."""
