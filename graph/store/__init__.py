"""Where the statements are kept: one interface, and the engine that is built in."""
