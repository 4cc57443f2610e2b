"""Papers: presented, reviewed, used, revoked; what they open is the rules' matter (Art. 9(3), 15, 18).

`procedure` and `checks` are the law, pure; `archive` and `register` keep and look up; `desk` is one caller's way in.
"""

from gateway.access.papers.evidence import EvidenceFiles
from gateway.access.papers.grants import CallersDesk
from gateway.access.papers.register import PaperRegister
from gateway.access.papers.room import PapersRoom, open_room

__all__ = ["CallersDesk", "EvidenceFiles", "PaperRegister", "PapersRoom", "open_room"]
