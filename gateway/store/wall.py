"""The second wall in this database: put up where its roles are there, and told of where it is not (Art. 15)."""

from sqlalchemy import Connection, text

from connectors.registry import discover
from connectors.wall import KEEPER, READERS, Standing, Wall

__all__ = ["put_up", "standing"]


def _walls() -> tuple[Wall, ...]:
    """Give the walls of the tables that are ours to migrate."""
    return tuple(each.wall for each in discover().values() if each.wall is not None)


def standing(connection: Connection, wall: Wall) -> Standing:
    """Say how *wall* stands in a PostgreSQL database."""
    return Standing(*connection.execute(text(wall.standing())).one())


def put_up(connection: Connection) -> None:
    """Put every wall up that is not of this version yet, if we may take its roles; else leave all as it is.

    Whoever made the roles let us in: that is how a city says that it wants the wall.
    """
    for wall in _walls():
        stands = standing(connection, wall)
        if not (stands.there and stands.member) or (stands.up and stands.digest == wall.digest()):
            continue
        for role in (*READERS.values(), KEEPER):
            _let_in(connection, role)
        for statement in wall.statements():
            connection.exec_driver_sql(statement)


def _let_in(connection: Connection, role: str) -> None:
    """Let a role into the schema; of ``public`` we may not be the owner, and everybody is in it already."""
    let_in = text("SELECT has_schema_privilege(:role, current_schema(), 'USAGE'), quote_ident(current_schema())")
    is_in, schema = connection.execute(let_in, {"role": role}).one()
    if not is_in:
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
