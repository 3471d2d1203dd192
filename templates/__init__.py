"""Data only: one TOML file per system (`systems/`) and per source (`sources/`)."""
