from tests.federation.stands import LINK, City, Stand


class Desk:
    """Two subgraphs whose mutations write into one book, so their order is seen."""

    def __init__(self) -> None:
        self.book: list[str] = []
        disputes = Stand(
            "disputes",
            LINK
            + """
            type Query { open: Int! }
            type Mutation { file(text: String!): Dispute!  fail: Dispute }
            type Dispute @key(fields: "id") { id: ID!  text: String! }
            """,
            {
                "Query": {"open": 0},
                "Mutation": {
                    "file": lambda _, args: self.filed(args["text"]),
                    "fail": lambda _, __: ValueError("closed today"),
                },
                "Dispute": [{"id": "D-1", "text": "不服"}],
            },
        )
        letters = Stand(
            "letters",
            LINK
            + """
            type Mutation { send(to: String!): Int! }
            type Dispute @key(fields: "id") { id: ID!  letters: Int! }
            """,
            {
                "Mutation": {"send": lambda _, args: self.written(f"send {args['to']}")},
                "Dispute": [{"id": "D-1", "letters": lambda _, __: self.written("count")}],
            },
        )
        self.city = City(disputes, letters)

    def written(self, what: str) -> int:
        """Write something into the book, and give how much stands there."""
        self.book.append(what)
        return len(self.book)

    def filed(self, text: str) -> dict[str, str]:
        """File a dispute."""
        self.written(f"file {text}")
        return {"__typename": "Dispute", "id": "D-1", "text": text}


async def test_mutations_are_called_in_their_order_over_subgraphs() -> None:
    desk = Desk()
    told = await desk.city.ask('mutation { a: send(to: "甲") file(text: "一") { text } b: send(to: "乙") }')
    assert told.whole == {"a": 1, "file": {"text": "一"}, "b": 3}
    assert desk.book == ["send 甲", "file 一", "send 乙"]
    assert told.rounds == [["letters"], ["disputes"], ["letters"]]


async def test_what_a_mutation_gives_is_completed_before_the_next_is_called() -> None:
    desk = Desk()
    told = await desk.city.ask('mutation { file(text: "一") { letters } send(to: "甲") }')
    assert told.whole == {"file": {"letters": 2}, "send": 3}
    assert desk.book == ["file 一", "count", "send 甲"]


async def test_an_equal_mutation_is_called_as_often_as_it_is_asked_for() -> None:
    desk = Desk()
    told = await desk.city.ask('mutation { a: send(to: "甲") b: send(to: "甲") }')
    assert told.whole == {"a": 1, "b": 2}
    assert desk.book == ["send 甲", "send 甲"]


async def test_the_next_mutation_is_called_though_one_fails() -> None:
    desk = Desk()
    told = await desk.city.ask('mutation { fail { id } send(to: "甲") }')
    assert told.data == {"fail": None, "send": 1}
    assert [(each.path, each.subgraph) for each in told.wrong] == [("fail", "disputes")]


async def test_a_mutation_is_never_sent_twice() -> None:
    desk = Desk()
    told = await desk.city.ask('mutation { file(text: "一") { text letters } }')
    assert desk.book == ["file 一", "count"]
    assert told.rounds == [["disputes"], ["letters"]]
