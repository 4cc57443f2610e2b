"""The office that answers: doors, desk, rooms and cellar; docs/map.md says which noun lives where."""
