from schema.desk import UserError
from tests.gateway.web.console.made_up import Browser
from tests.gateway.web.console.made_up_officers import AT, an_agency, an_officer

PATH = "/console/officers"
PROBLEM = UserError(code="X", message="no such agency", message_chinese="没有该报送单位", field=["officer", "agency"])


def test_agencies_stand_with_their_officers_those_that_want_one_first(browser: Browser) -> None:
    browser.log_in("supervisor")
    gone = an_officer("oidc:gone", ended_at=AT, ended_by="demo:court-officer", reason="调离")
    browser.shelf.agencies = [an_agency("TAX", "READY", an_officer()), an_agency("COURT", "DEGRADED", gone)]
    browser.shelf.agencies.append(an_agency("EDUCATION", "NONE"))
    page = browser.open(PATH).text
    assert page.index("单位COURT") < page.index("单位EDUCATION") < page.index("单位TAX")
    for told in ("报送岗位空缺", "未指定", "已配齐", "调离", "demo:tax-reporter", "尚未指定报送人员"):
        assert told in page
    assert f'action="{PATH}' not in page
    assert 'class="count">2<' in browser.open("/console").text


def test_an_agencys_officer_names_its_own_and_the_centre_names_the_agency_and_its_letter(browser: Browser) -> None:
    browser.shelf.agencies = [an_agency("TAX", "READY", an_officer())]
    browser.log_in("tax-officer")
    assert 'name="document"' not in browser.open(PATH).text
    answer = browser.send(PATH, {"person": "oidc:tax-7", "name": "石税工"})
    assert answer.headers["location"] == f"{PATH}?done=name"
    given = browser.shelf.given.pop()
    assert (given.person, given.name, given.deputy, given.agency) == ("oidc:tax-7", "石税工", False, None)
    browser.log_in("centre-operator")
    assert 'name="document"' in browser.open(PATH).text
    sent = {"agency": "TAX", "person": "oidc:tax-7", "name": "石税工", "document": "函〔2026〕9号", "deputy": "true"}
    browser.send(PATH, sent)
    given = browser.shelf.given.pop()
    assert (given.agency, given.document, given.deputy) == ("TAX", "函〔2026〕9号", True)


def test_somebody_goes_with_the_reason(browser: Browser) -> None:
    browser.shelf.agencies = [an_agency("TAX", "READY", an_officer())]
    browser.log_in("tax-officer")
    assert f'action="{PATH}/end"' in browser.open(PATH).text
    answer = browser.send(f"{PATH}/end", {"agency": "TAX", "person": "demo:tax-reporter", "reason": "调离"})
    assert answer.headers["location"] == f"{PATH}?done=end"
    assert browser.shelf.given.pop() == ("TAX", "demo:tax-reporter", "调离")
    assert "已免去" in browser.open(f"{PATH}?done=end").text


def test_what_is_wrong_is_said_above_the_form_that_keeps_what_was_written(browser: Browser) -> None:
    browser.shelf.agencies = [an_agency("TAX", "READY", an_officer())]
    browser.shelf.errors = [PROBLEM]
    browser.log_in("centre-operator")
    answer = browser.send(PATH, {"agency": "TAX", "person": "oidc:tax-7", "name": "石税工", "document": "x"})
    assert answer.status_code == 422
    assert "没有该报送单位" in answer.text
    assert 'value="oidc:tax-7"' in answer.text
    ended = browser.send(f"{PATH}/end", {"agency": "", "person": "demo:tax-reporter", "reason": ""})
    assert (ended.status_code, browser.shelf.given.pop()) == (422, (None, "demo:tax-reporter", ""))


def test_only_who_names_finds_the_forms(browser: Browser) -> None:
    browser.shelf.agencies = [an_agency("TAX", "READY", an_officer())]
    for persona, forms in (("tax-officer", 2), ("centre-operator", 2), ("tax-reporter", 0), ("auditor", 0)):
        browser.log_in(persona)
        assert browser.open(PATH).text.count(f'action="{PATH}') == forms, persona
