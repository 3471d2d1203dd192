"""The buttons of the ribbon, by group: each reads once, calls one verb of core, writes once, and says one thing."""
