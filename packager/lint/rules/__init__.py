"""The rules, one module for each part of the standards; `table` lists them all."""
