"""BIOS, operating system and driver: what to set once it is built."""
