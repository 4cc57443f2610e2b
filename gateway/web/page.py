"""The first page at ``/graphql`` for a browser: one document, no outside file; the explorer comes later."""

from typing import Final

__all__ = ["FOREIGN_PAGE", "PAGE"]

_QUERY: Final = """query Subject($code: String!) {
  subject(by: {unifiedSocialCreditCode: $code}) {
    id kind name
    administrativePenalties(first: 5) {
      totalCount
      nodes { penaltyDocumentNumber violationType fineAmount decisionDate authorityName }
    }
    ... on LegalPerson { taxCreditRatings(first: 5) { totalCount nodes { ratingYear grade } } }
    sources { connector asked reached }
  }
}"""

_HTML: Final = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>信用 · Xinyong</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
  body { margin: 0 auto; max-width: 72rem; padding: 1.5rem }
  h1 { margin: 0; font-size: 1.5rem }
  p { margin: .4rem 0; max-width: 60rem }
  main { display: grid; gap: 1rem; grid-template-columns: 1fr 1fr }
  @media (max-width: 50rem) { main { grid-template-columns: 1fr } }
  label { display: block; font-weight: 600; margin: .6rem 0 .2rem }
  textarea, input, pre { box-sizing: border-box; width: 100%; font: .85rem/1.45 ui-monospace, monospace;
    border: 1px solid #8886; border-radius: .4rem; padding: .6rem; background: transparent; color: inherit }
  textarea { min-height: 19rem; resize: vertical }
  textarea.small { min-height: 4.5rem }
  pre { min-height: 30rem; margin: 0; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere }
  button { margin-top: .8rem; padding: .55rem 1.6rem; font: inherit; font-weight: 600; border: 0; border-radius: .4rem;
    background: #0b5cad; color: #fff; cursor: pointer }
  button:focus-visible, textarea:focus-visible, input:focus-visible { outline: 3px solid #f90; outline-offset: 1px }
</style>
<h1>信用 Xinyong</h1>
__ABOUT__
<main>
  <section>
    <label for="query">查询 <span lang="en">Query</span></label>
    <textarea id="query" spellcheck="false">__QUERY__</textarea>
    <label for="variables">变量 <span lang="en">Variables</span></label>
    <textarea id="variables" class="small" spellcheck="false">__VARIABLES__</textarea>
    <label for="token">令牌 <span lang="en">Token (none: the public)</span></label>
    <input id="token" placeholder="xinyong --demo token market-officer" autocomplete="off" spellcheck="false">
__PURPOSE__    <button id="ask">查询 Ask</button>
  </section>
  <section>
    <label for="answer">答复 <span lang="en">Answer</span></label>
    <pre id="answer" tabindex="0" aria-live="polite"></pre>
  </section>
</main>
<noscript><p>本页需要 JavaScript 才能提问；也可用 POST /graphql。</p></noscript>
<script>
  const field = (id) => document.getElementById(id);
  async function ask() {
    const answer = field("answer");
    answer.textContent = "…";
    const headers = {"content-type": "application/json", "accept": "application/json"};
    if (field("token").value.trim()) headers.authorization = "Bearer " + field("token").value.trim();
    const [code, ...text] = (field("purpose")?.value ?? "").trim().split(/\\s+/);
    const extensions = code ? {purpose: {code, text: text.join(" ")}} : undefined;
    try {
      const variables = JSON.parse(field("variables").value || "{}");
      const body = JSON.stringify({query: field("query").value, variables, extensions});
      const response = await fetch("/graphql", {method: "POST", headers, body});
      answer.textContent = JSON.stringify(await response.json(), null, 2);
    } catch (error) {
      answer.textContent = String(error);
    }
  }
  field("ask").addEventListener("click", ask);
</script>
</html>
"""

_PURPOSE: Final = """    <label for="purpose">查询目的 <span lang="en">Purpose: CODE and text</span></label>
    <input id="purpose" placeholder="SUPERVISION 年度抽查" autocomplete="off">
"""

_ABOUT: Final = """<p>公共信用信息联合查询网关：一次提问，各部门同时作答；按 A、B、C 三级公开；
每次查询均留痕（郑政办〔2017〕80号第十五、十九条）。</p>
<p lang="en">One question, every agency answers; disclosed by tier; every query recorded before it is answered.
This page needs no outside file. The graph: <code>xinyong schema print</code>.</p>"""

_ABOUT_FOREIGN: Final = """<p>联合查询网关：一次提问，各子图同时作答；每次查询均留痕。</p>
<p lang="en">One question, every subgraph answers; every query recorded before it is answered.
This page needs no outside file.</p>"""

_FOREIGN_QUERY: Final = "{ __schema { queryType { fields { name description } } } }"


def _page(about: str, query: str, variables: str, purpose: str) -> bytes:
    words = {"__ABOUT__": about, "__QUERY__": query, "__VARIABLES__": variables, "__PURPOSE__": purpose}
    page = _HTML
    for place, said in words.items():
        page = page.replace(place, said)
    return page.encode()


PAGE: Final = _page(_ABOUT, _QUERY, '{"code": "91410199DEM001068X"}', _PURPOSE)
"""The page's bytes, for the credit graph."""
FOREIGN_PAGE: Final = _page(_ABOUT_FOREIGN, _FOREIGN_QUERY, "{}", "")
"""The page's bytes, for a graph that a city brought along: it asks for no purpose."""
