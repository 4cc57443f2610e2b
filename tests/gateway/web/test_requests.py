import pytest

from gateway.errors import NotAcceptable
from gateway.web.requests import accepted, language_of, request_id_of, trace_id_of

TRACE = b"0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("given", [b"a", b"A-1_b", b"x" * 64])
def test_a_callers_own_request_id_is_kept(given: bytes) -> None:
    assert request_id_of({b"x-request-id": given}) == given.decode()


@pytest.mark.parametrize("given", [b"", b"x" * 65, b"a b", b"a\r\nb", b"\xe4\xb8\xad", b"<script>"])
def test_what_is_no_plain_word_is_no_request_id(given: bytes) -> None:
    made = request_id_of({b"x-request-id": given})
    assert made != given.decode("latin-1")
    assert len(made) == 16


def test_a_request_id_is_nobodys_identity_number() -> None:
    made = request_id_of({b"x-request-id": b"410199200104231074"})
    assert (len(made), "0423" in made) == (16, False)


def test_the_trace_of_the_caller_goes_on() -> None:
    assert trace_id_of({b"traceparent": b"00-" + TRACE + b"-b7ad6b7169203331-00"}) == TRACE.decode()


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"x",
        b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01",
        b"00-" + b"z" * 32 + b"-b7ad6b7169203331-01",
        b"00-" + TRACE.upper() + b"-b7ad6b7169203331-01",
        b"00-" + TRACE + b"-b7ad6b71692033-01",
        b"00-" + TRACE + b"-b7ad6b7169203331",
    ],
)
def test_what_is_no_trace_context_starts_a_trace(given: bytes) -> None:
    made = trace_id_of({b"traceparent": given})
    assert int(made, 16)
    assert made.encode() not in given


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("application/graphql-response+json, application/json;q=0.9", "application/graphql-response+json"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
    ],
)
def test_the_answer_is_of_the_form_that_is_accepted(accept: str, given: str) -> None:
    assert accepted({b"accept": accept.encode()}) == given
    assert accepted({}) == "application/json"


def test_a_form_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(NotAcceptable):
        accepted({b"accept": b"text/csv"})


@pytest.mark.parametrize(
    ("asked", "given"), [(b"zh-CN", "zh"), (b"ZH", "zh"), (b"en", "en"), (b"", "en"), (b"fr", "en")]
)
def test_messages_are_chinese_or_english(asked: bytes, given: str) -> None:
    assert language_of({b"accept-language": asked}) == given
