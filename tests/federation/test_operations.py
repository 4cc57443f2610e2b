from tests.federation.stands import LINK, City, Stand, told_of


def register() -> Stand:
    return Stand(
        "register",
        LINK
        + """
        type Query { company(code: ID! = "LP-1"): Company  echo(of: Filter): String }
        input Filter { text: String = "无"  grades: [Grade!] }
        enum Grade { A B C }
        type Company @key(fields: "code") { code: ID!  name(short: Boolean = false): String! }
        """,
        {
            "Query": {
                "company": lambda _, args: {"__typename": "Company", "code": args["code"]},
                "echo": lambda _, args: str(args),
            },
            "Company": [
                {"code": code, "name": lambda of, args: f"{of['code']}{'短' if args.get('short') else '全'}"}
                for code in ("LP-1", "LP-2")
            ],
        },
    )


def tax() -> Stand:
    return Stand(
        "tax",
        LINK
        + """
        type Query { year: Int! }
        type Company @key(fields: "code") { code: ID!  paid(year: Int, unit: String! = "元"): String! }
        """,
        {
            "Query": {"year": 2026},
            "Company": [
                {"code": code, "paid": lambda of, args: f"{of['code']} {args.get('year', '?')}{args['unit']}"}
                for code in ("LP-1", "LP-2")
            ],
        },
    )


async def test_aliases_name_the_answer_and_never_a_key() -> None:
    told = await City(register(), tax()).ask(
        '{ code: company(code: "LP-2") { name: code code: name sum: paid paid: __typename } }'
    )
    assert told.whole == {"code": {"name": "LP-2", "code": "LP-2全", "sum": "LP-2 ?元", "paid": "Company"}}


async def test_a_field_may_be_asked_for_with_several_arguments() -> None:
    told = await City(register(), tax()).ask(
        "{ company { a: paid(year: 1) b: paid(year: 2) paid name short: name(short: true) } }"
    )
    assert told.whole == {
        "company": {"a": "LP-1 1元", "b": "LP-1 2元", "paid": "LP-1 ?元", "name": "LP-1全", "short": "LP-1短"}
    }
    assert told.rounds == [["register"], ["tax"]]


async def test_equal_fields_are_fetched_once_however_they_are_called() -> None:
    told = await City(register(), tax()).ask("{ company { a: paid(year: 1) b: paid(year: 1) } }")
    assert told.whole == {"company": {"a": "LP-1 1元", "b": "LP-1 1元"}}
    (sent,) = told_of(told.requests, "tax")
    assert sent.document.count("paid(") == 1


async def test_variables_go_to_the_subgraphs_that_use_them() -> None:
    told = await City(register(), tax()).ask(
        """
        query Q($code: ID!, $year: Int, $unit: String = "万元") {
          company(code: $code) { paid(year: $year, unit: $unit) }
        }
        """,
        {"code": "LP-2", "year": 2025},
    )
    assert told.whole == {"company": {"paid": "LP-2 2025万元"}}
    (asked,) = told_of(told.requests, "register")
    assert "year" not in asked.variables


async def test_a_variable_that_is_not_given_leaves_its_argument_out() -> None:
    city = City(register(), tax())
    document = (
        "query Q($year: Int, $text: String) { company { paid(year: $year) } echo(of: {text: $text, grades: [A]}) }"
    )
    told = await city.ask(document)
    assert told.whole == {"company": {"paid": "LP-1 ?元"}, "echo": "{'of': {'text': '无', 'grades': ['A']}}"}
    told = await city.ask(document, {"year": None, "text": None})
    assert told.whole == {"company": {"paid": "LP-1 None元"}, "echo": "{'of': {'text': None, 'grades': ['A']}}"}


async def test_a_number_of_any_size_may_be_a_variable() -> None:
    """The default of a variable is read from the document, where a number has no largest size."""
    stand = Stand(
        "big",
        LINK + "scalar Big type Query { told(big: Big): String }",
        {"Query": {"told": lambda _, given: str(given["big"])}},
    )
    told = await City(stand).ask("query($big: Big = 123456789012345678901234567890) { told(big: $big) }")
    assert told.whole == {"told": "123456789012345678901234567890"}


async def test_a_variable_that_is_nested_too_deep_is_the_askers_mistake_and_nobody_is_asked() -> None:
    stand = Stand("any", LINK + "scalar Any type Query { told(of: Any): Int }", {"Query": {"told": 1}})
    deep: object = 1
    for _ in range(300):
        deep = [deep]
    told = await City(stand).ask("query($of: Any, $too: Any) { told(of: $of) b: told(of: $too) }", {"of": deep})
    assert told.data is None
    assert [(each.path, each.code) for each in told.wrong] == [("", "BAD_USER_INPUT")]
    assert told.messages == ["Variable '$of' is nested too deeply."]
    assert told.requests == []


async def test_what_is_skipped_is_not_fetched() -> None:
    city = City(register(), tax())
    document = (
        "query Q($no: Boolean!) { company { code paid @include(if: $no) name @skip(if: $no) } year @skip(if: true) }"
    )
    told = await city.ask(document, {"no": False})
    assert told.whole == {"company": {"code": "LP-1", "name": "LP-1全"}}
    assert told.rounds == [["register"]]
    told = await city.ask(document, {"no": True})
    assert told.whole == {"company": {"code": "LP-1", "paid": "LP-1 ?元"}}
    assert told.rounds == [["register"], ["tax"]]


async def test_skip_and_include_hold_for_fragments() -> None:
    told = await City(register(), tax()).ask(
        """
        query Q($yes: Boolean!) {
          ... @skip(if: $yes) { year }
          company { ...Names @include(if: $yes) ... on Company @skip(if: $yes) { paid } }
        }
        fragment Names on Company { name }
        """,
        {"yes": True},
    )
    assert told.whole == {"company": {"name": "LP-1全"}}
    assert told.rounds == [["register"]]


async def test_a_field_both_skipped_and_asked_for_is_answered() -> None:
    told = await City(register(), tax()).ask("{ company { code @skip(if: true) code } }")
    assert told.whole == {"company": {"code": "LP-1"}}


async def test_everything_skipped_is_an_empty_answer_and_no_request() -> None:
    told = await City(register(), tax()).ask("{ year @skip(if: true) }")
    assert told.whole == {}
    assert told.rounds == []


async def test_the_name_of_a_type_needs_no_request_where_it_is_known() -> None:
    city = City(register(), tax())
    told = await city.ask("{ __typename q: __typename }")
    assert told.whole == {"__typename": "Query", "q": "Query"}
    assert told.rounds == []
    told = await city.ask("{ company { __typename } }")
    assert told.whole == {"company": {"__typename": "Company"}}
    assert told.rounds == [["register"]]


async def test_the_named_operation_is_answered() -> None:
    city = City(register(), tax())
    told = await city.ask("query One { year } query Two { company { code } }", name="Two")
    assert told.whole == {"company": {"code": "LP-1"}}


async def test_an_answer_has_the_order_of_its_question() -> None:
    told = await City(register(), tax()).ask("{ year company { paid code name } __typename }")
    assert list(told.whole) == ["year", "company", "__typename"]
    assert list(told.whole["company"]) == ["paid", "code", "name"]


async def test_roots_of_several_subgraphs_are_asked_at_once() -> None:
    told = await City(register(), tax()).ask("{ year company { name } }")
    assert told.rounds == [["register", "tax"]]
