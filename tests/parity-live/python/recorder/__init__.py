"""Plays cases of golden files with MMEngine and notes what it does; one module per kind of file."""
