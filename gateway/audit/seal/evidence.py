"""A folder with evidence: entries as they were hashed, proofs, checkpoint, and what verifies them anywhere (R19.12)."""

import base64
import json
from pathlib import Path
from typing import Final

from gateway.audit import offline_verifier
from gateway.audit.seal.proofs import Proof, Proofs, shapes_in
from gateway.errors import StartRefused

__all__ = ["evidence_files", "write_evidence"]

_README: Final = """# Evidence from the query-audit trail · 查询记录证据包

`checkpoint` is the state of the log as the gateway signed it; `entries/` has each entry as it was hashed, with the path
from it to the signed root. What names persons is in `sealed`, which only the holder of the month's key can open.
`shapes` has what was decided: field, tier, decision, missing paper, article. null: it was lost in the gateway, and
`verify.py` says so.

    python3 verify.py . PUBLIC-KEY

needs Python 3.9 or newer and nothing else, and no network. PUBLIC-KEY is what the city published for its log;
`log.vkey` is a copy. Where the key was replaced since then, `successions/` leads from it to the new one. An
older checkpoint from an anchor outside must be of the same log: `xinyong audit verify` compares them.

`checkpoint` 是网关签署的日志状态；`entries/` 逐条保存当时被哈希的内容，以及通往已签署根哈希的路径。
涉及个人的内容在 `sealed` 中，只有持有当月密钥者才能打开。`shapes` 为逐字段的决定；
为 null 者已在网关中缺失，核验时会指明。上述命令只需 Python 3.9 以上版本，不需要网络。
PUBLIC-KEY 为本市公布的日志公钥，`log.vkey` 是其副本；公布之后如更换过密钥，可由 `successions/` 逐一核至新密钥。
"""


def write_evidence(folder: Path, proved: Proofs) -> None:
    """Write the evidence into a folder that is not there, or empty.

    Raises:
        StartRefused: it is there and has something in it.

    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = f"{folder} is there already: name a folder that is not, so that nothing is mixed up"
        raise StartRefused(message)
    for name, content in evidence_files(proved).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def evidence_files(proved: Proofs) -> dict[str, str]:
    """Give the files of the evidence, by their paths in its folder."""
    verifier = Path(offline_verifier.__file__).read_text(encoding="utf-8")
    files = {"README.md": _README, "verify.py": verifier, "log.vkey": f"{proved.keys.present}\n"}
    files |= {f"successions/{each.number:03d}": each.note for each in proved.keys.successions}
    files["checkpoint"] = proved.checkpoint.note
    for proof in proved.proofs:
        stream, seq, _ = proof.receipt.split(".")
        files[f"entries/{stream}.{seq}.json"] = json.dumps(_entry(proved, proof), ensure_ascii=False, indent=1)
    return files


def _entry(proved: Proofs, proof: Proof) -> dict[str, object]:
    return {
        "receipt": proof.receipt,
        "suite": proved.log.suite,
        "index": proof.index,
        "path": [each.hex() for each in proof.path],
        "head": proof.head.decode(),
        "sealed": base64.b64encode(proof.sealed).decode(),
        "shapes": {each.hex(): proved.rulings.get(each) for each in shapes_in(proof.head)},
    }
