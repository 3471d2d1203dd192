"""The Excel add-in: ribbon macros, worksheet functions, and the build of the .xlam file."""
