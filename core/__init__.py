"""Carnet's engine: everything that the ribbon add-in and the command line share."""
