"""The changes of discipline: what is recorded, explained, ruled, listed and proposed; a module for each."""
