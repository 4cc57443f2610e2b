"""The people of the demonstration, as its login page shows them: their names, and what each is (contract, 4)."""

from dataclasses import dataclass
from typing import Final

from gateway.access.personas import PERSONAS
from gateway.errors import Text

__all__ = ["PEOPLE", "Person"]


@dataclass(frozen=True, slots=True)
class Person:
    """One persona: its name for the command, the name of the made-up person, and what it is."""

    persona: str
    name: str
    is_what: Text


_ARE: Final = {
    "individual": Text("an individual, asking about himself", "自然人，查询本人信息"),
    "company": Text("handler of a company (LP-07), asking about it", "企业经办人，查询本单位信息"),
    "third-party": Text("handler of a company whom another has authorised", "企业经办人，已获他方书面授权"),
    "tax-officer": Text("officer of the tax authority", "税务机关工作人员"),
    "court-officer": Text("officer of the court", "人民法院工作人员"),
    "market-officer": Text("officer of market regulation", "市场监管部门工作人员"),
    "social-insurance-officer": Text("officer of social insurance", "社会保险经办机构工作人员"),
    "tax-reporter": Text("reporting officer of the tax authority", "税务机关信息报送人员"),
    "market-reporter": Text("reporting officer of market regulation", "市场监管部门信息报送人员"),
    "credit-service": Text("a recognised credit service", "经认定的市场信用服务机构"),
    "centre-operator": Text("operator at the credit centre's window", "市信用中心窗口经办人员"),
    "centre-approver": Text("approver of the credit centre", "市信用中心审核人员"),
    "supervisor": Text("the supervisor of the platform", "社会信用主管部门"),
    "auditor": Text("auditor", "审计人员"),
}

PEOPLE: Final = tuple(Person(name, PERSONAS[name].person, is_what) for name, is_what in _ARE.items())
"""Everybody who can log in: all personas but the public, who needs not."""
