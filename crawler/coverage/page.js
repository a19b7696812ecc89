"use strict";
(() => {
const D = JSON.parse(document.getElementById("data").textContent), T = D.texts, N = D.years.length;
// Signs tell the states apart without colour.
const S = {found: ["●", "已获取", "found"], summary: ["◐", "工作总结", "work summary only"], partial: ["◔", "部分可读", "partly readable"],
  missing: ["○", "缺失", "missing"], not_due: ["·", "未到期", "not due yet"], blocked: ["✕", "被拦截", "blocked"], unreachable: ["⊘", "无法访问", "unreachable"],
  unreadable: ["?", "不可读", "unreadable"], refused: ["–", "非年报", "only look-alikes"], unknown: ["□", "未尝试", "nobody looked"]};
const SIGNS = Object.keys(S);
const WORDS = {national: "国家", province: "省级", prefecture: "市级", county: "县级", township: "乡级", government: "政府", hard: "硬性", soft: "软性"};
const ALL_OPEN = 150;
// A cell: year index, state, kind, findings, hard, versions, reason, detail, date, url, status, due, tips, attempts, findings' texts.
const bodies = D.bodies.map(([id, name, code, province, sector, level, type, registered, portals, cells], at) => {
  const years = new Array(N).fill(null);
  for (const c of cells) years[c[0]] = {at, year: D.years[c[0]], sign: T[c[2]] === "work_summary" && D.states[c[1]] === "found" ? "summary" : D.states[c[1]], state: D.states[c[1]],
    kind: T[c[2]], findings: c[3], hard: c[4], versions: c[5], reason: T[c[6]], detail: T[c[7]], date: T[c[8]], url: T[c[9]], status: c[10], due: T[c[11]], tips: c[12], tried: c[13], told: c[14]};
  portals = portals.map(p => p.map(n => T[n]));
  return {at, id, name, code, province: T[province], sector: T[sector], level: T[level], type: T[type], registered, portals, years,
    words: [id, name, code, ...portals.flat()].join("\n").toLowerCase()};
});
const $ = id => document.getElementById(id);
const off = new Set(), open = new Set();
let shown = [], touched = false, last = null;

function make(tag, attributes, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...inside.filter(one => one !== null && one !== undefined));
  return made;
}
const english = text => make("span", {lang: "en"}, text);
const many = number => number.toLocaleString("en");

function options(select, values, first) {
  select.append(make("option", {value: ""}, first));
  for (const value of values) if (value) select.append(make("option", {value}, WORDS[value] ? `${WORDS[value]} ${value}` : value));
}
function setUp() {
  const each = what => [...new Set(bodies.map(what))];
  options($("province"), each(b => b.province), "全部 all");
  options($("sector"), each(b => b.sector).sort(), "全部 all");
  options($("level"), ["national", "province", "prefecture", "county", "township"].filter(l => bodies.some(b => b.level === l)), "全部 all");
  for (const id of ["from", "to"]) for (const year of D.years) $(id).append(make("option", {value: year}, String(year)));
  $("to").selectedIndex = N - 1;
  $("made").textContent = D.made + (D.note ? " · " + D.note : "");
  for (const sign of SIGNS) {
    const button = make("button", {type: "button", "aria-pressed": "true", "data-sign": sign}, make("i", {class: "sign " + sign, "aria-hidden": "true"}, S[sign][0]), make("span", {}, S[sign][1], " ", english(S[sign][2])), make("b", {}, "0"));
    button.addEventListener("click", () => { off.has(sign) ? off.delete(sign) : off.add(sign); button.setAttribute("aria-pressed", String(!off.has(sign))); draw(); });
    $("states").append(button);
  }
}

function wanted() {
  const words = $("text").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const [province, sector, level] = ["province", "sector", "level"].map(id => $(id).value);
  return bodies.filter(b => (!province || b.province === province) && (!sector || b.sector === sector) && (!level || b.level === level) && words.every(w => b.words.includes(w)));
}
function span() {
  const from = $("from").selectedIndex, to = $("to").selectedIndex;
  return [Math.min(from, to), Math.max(from, to)];
}
const visible = cell => cell && !off.has(cell.sign);

function draw() {
  const [from, to] = span(), counts = Object.fromEntries(SIGNS.map(s => [s, 0])), groups = new Map();
  for (const body of wanted()) {
    let any = false;
    for (let y = from; y <= to; y++) { const cell = body.years[y]; if (cell) { counts[cell.sign]++; any = any || visible(cell); } }
    if (!any && (off.size || body.registered)) continue;
    if (!groups.has(body.province)) groups.set(body.province, []);
    groups.get(body.province).push(body);
  }
  shown = [...groups.values()].flat();
  for (const button of $("states").children) {
    const number = counts[button.dataset.sign];
    button.querySelector("b").textContent = many(number);
    button.hidden = !number && !off.has(button.dataset.sign);
  }
  totals(from, to);
  table(groups, from, to);
}
function count(bodies, from, to) {
  let found = 0, owed = 0;
  for (const body of bodies) for (let y = from; y <= to; y++) {
    const cell = body.years[y];
    if (visible(cell)) { if (cell.state === "found") found++; if (cell.state !== "not_due") owed++; }
  }
  return [found, owed];
}
function totals(from, to) {
  const [found, owed] = count(shown, from, to), share = owed ? found / owed : 0;
  const meter = make("span", {class: "meter", "aria-hidden": "true"}, make("i"));
  meter.firstChild.style.width = 100 * share + "%";
  $("total").replaceChildren(make("b", {id: "found"}, many(found)), make("span", {class: "of", id: "owed"}, `/ ${many(owed)} 应有 `, english("owed")), make("span", {}, percent(found, owed)), meter,
    make("span", {class: "of", id: "agencies"}, `${many(shown.length)} 个机构 `, english("agencies")));
}
// Rounded down: only what is whole is called 100 %.
const percent = (found, owed) => owed ? Math.floor(100 * found / owed) + " %" : "–";

function table(groups, from, to) {
  const head = make("tr", {}, make("th", {scope: "col"}, "机构 ", english("agency")));
  for (let y = from; y <= to; y++) head.append(make("th", {scope: "col"}, String(D.years[y])));
  const parts = [make("thead", {}, head)];
  for (const [province, members] of groups) {
    const isOpen = open.has(province) || (!touched && shown.length <= ALL_OPEN);
    const rows = make("tbody", {}, group(province, members, from, to, isOpen));
    if (isOpen) for (const body of members) rows.append(line(body, from, to));
    if (isOpen) rows.className = "more";
    parts.push(rows);
  }
  $("grid").replaceChildren(...parts);
  $("empty").hidden = shown.length > 0;
  $("scroll").hidden = !shown.length;
  const anyOpen = [...$("grid").querySelectorAll("tr.group button")].some(b => b.getAttribute("aria-expanded") === "false");
  $("expand").firstChild.nodeValue = anyOpen ? "展开 " : "收起 ";
  $("expand").lastChild.textContent = anyOpen ? "Expand all" : "Collapse all";
  $("expand").dataset.open = anyOpen ? "" : "1";
  const first = $("grid").querySelector("td[data-cell]");
  if (first) first.tabIndex = 0;
}
function group(province, members, from, to, isOpen) {
  const button = make("button", {type: "button", "aria-expanded": String(isOpen)}, province + " ", make("small", {class: "soft"}, many(members.length)));
  button.addEventListener("click", event => { event.stopPropagation(); toggle(province); });
  const row = make("tr", {class: "group", "data-province": province}, make("th", {scope: "rowgroup"}, button));
  for (let y = from; y <= to; y++) {
    const [found, owed] = count(members, y, y), share = owed ? found / owed : 0;
    const inside = make("span", {class: share > .72 ? "strong" : null, title: `${province} ${D.years[y]}: ${found} / ${owed}`}, owed ? percent(found, owed) : "");
    inside.style.setProperty("--share", share);
    row.append(make("td", {class: owed ? null : "off"}, inside));
  }
  return row;
}
function toggle(province) {
  keepOpen();
  open.has(province) ? open.delete(province) : open.add(province);
  draw();
  [...$("grid").querySelectorAll("tr.group")].find(row => row.dataset.province === province)?.querySelector("button").focus();
}
function keepOpen() {
  if (!touched) for (const row of $("grid").querySelectorAll("tr.group")) if (row.querySelector("button").getAttribute("aria-expanded") === "true") open.add(row.dataset.province);
  touched = true;
}
function line(body, from, to) {
  const row = make("tr", {}, make("th", {scope: "row", title: body.id}, body.name, make("small", {}, body.registered ? WORDS[body.level] || "" : "未登记 unregistered")));
  for (let y = from; y <= to; y++) {
    const cell = body.years[y];
    if (!visible(cell)) { row.append(make("td", {class: "off"}, make("span"))); continue; }
    const [sign, chinese, word] = S[cell.sign];
    const name = `${body.name} ${cell.year}: ${chinese} ${word}` + (cell.findings ? `, ${cell.findings} findings` : "") + (cell.reason ? ` (${cell.reason})` : "");
    const inside = make("span", {class: cell.sign, title: name}, sign, cell.findings ? make("sup", {}, cell.findings) : null);
    row.append(make("td", {tabindex: -1, role: "gridcell", "data-cell": `${body.at}:${y}`, "aria-label": name}, inside));
  }
  return row;
}

function link(url) {
  return /^https?:\/\//i.test(url) ? make("a", {href: url, target: "_blank", rel: "noopener noreferrer"}, url) : make("span", {}, url);
}
function tell(at) {
  const [b, y] = at.split(":").map(Number), body = bodies[b], cell = body.years[y], [sign, chinese, word] = S[cell.sign];
  const inside = [make("h2", {id: "panel-title"}, `${body.name} ${cell.year}`),
    make("p", {class: "soft"}, [body.id, body.province, WORDS[body.level] || body.level, body.sector].filter(Boolean).join(" · ")),
    make("span", {class: "badge " + cell.sign}, `${sign} ${chinese} ${word}`),
    make("span", {class: "soft"}, cell.due ? `应于 ${cell.due} 前公布 ` : "登记或法规均未要求 ", english(cell.due ? "due" : "owed by nobody"))];
  if (cell.reason || cell.detail) inside.push(make("p", {}, make("b", {}, cell.reason), cell.date ? ` · ${cell.date}` : "", cell.status ? ` · HTTP ${cell.status}` : ""), make("p", {}, cell.detail));
  if (cell.state === "found") inside.push(make("p", {class: "soft"}, `最近所见 last seen ${cell.date} · ${cell.versions} 个版本 version${cell.versions === 1 ? "" : "s"}`));
  if (cell.url) inside.push(make("p", {}, "来源 ", english("source"), ": ", link(cell.url)));
  if (cell.told.length) inside.push(make("h3", {}, "核对发现 ", english("findings")), make("ol", {id: "findings"}, ...cell.told.map(([severity, code, message]) =>
    make("li", {}, make("span", {class: T[severity]}, WORDS[T[severity]] || T[severity]), ` ${T[code]} `, make("div", {}, T[message])))));
  inside.push(make("h3", {}, "尝试记录 ", english("attempts")));
  inside.push(cell.tried.length ? make("ol", {id: "attempts"}, ...cell.tried.map(([date, outcome, reason, detail, url, portal, status]) =>
    make("li", {}, make("b", {}, `${T[date]} ${T[outcome]}`), ` · ${T[reason]}` + (status ? ` · HTTP ${status}` : "") + ` · ${T[portal]}`, make("div", {}, T[detail]), T[url] ? link(T[url]) : null))) :
    make("p", {class: "soft"}, "无 ", english("none of this agency-year by itself")));
  if (body.portals.length) inside.push(make("h3", {}, "门户 ", english("portals")), ...body.portals.map(([id, name, family]) => make("p", {}, `${name} · ${id} · ${family}`)));
  if (cell.tips.length) inside.push(make("h3", {}, "下一步 ", english("next command to try")), ...cell.tips.map(n => make("code", {}, T[n])));
  $("panel-body").replaceChildren(...inside);
  $("panel").scrollTop = 0;
  last = at;
  $("panel").showModal();
}
const cellAt = at => $("grid").querySelector(`td[data-cell="${at}"]`);
function focus(td) {
  if (!td) return;
  for (const one of $("grid").querySelectorAll('td[tabindex="0"]')) one.tabIndex = -1;
  td.tabIndex = 0;
  td.focus();
}
function move(td, key) {
  const column = td.cellIndex, rows = [...$("grid").querySelectorAll("tbody tr:not(.group)")], row = rows.indexOf(td.parentNode);
  const sideways = {ArrowLeft: -1, ArrowRight: 1}[key], along = {ArrowUp: -1, ArrowDown: 1}[key];
  if (sideways) for (let c = column + sideways; c > 0 && c < td.parentNode.cells.length; c += sideways) if (td.parentNode.cells[c].dataset.cell) return focus(td.parentNode.cells[c]);
  if (along) for (let r = row + along; r >= 0 && r < rows.length; r += along) if (rows[r].cells[column].dataset.cell) return focus(rows[r].cells[column]);
  if (key === "Home" || key === "End") { const cells = [...td.parentNode.querySelectorAll("td[data-cell]")]; focus(key === "Home" ? cells[0] : cells[cells.length - 1]); }
}

setUp();
draw();
let waiting = 0;
$("text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(draw, 120); });
for (const id of ["province", "sector", "level", "from", "to"]) $(id).addEventListener("change", draw);
$("filters").addEventListener("submit", event => { event.preventDefault(); draw(); });
$("clear").addEventListener("click", () => {
  $("filters").reset(); $("to").selectedIndex = N - 1; off.clear(); open.clear(); touched = false;
  for (const button of $("states").children) button.setAttribute("aria-pressed", "true");
  draw();
});
$("expand").addEventListener("click", () => { const close = $("expand").dataset.open; touched = true; open.clear(); if (!close) for (const b of shown) open.add(b.province); draw(); });
$("grid").addEventListener("click", event => {
  const td = event.target.closest("td[data-cell]"), group = event.target.closest("tr.group th");
  if (td) { focus(td); tell(td.dataset.cell); } else if (group) toggle(group.parentNode.dataset.province);
});
$("grid").addEventListener("keydown", event => {
  const td = event.target.closest("td[data-cell]");
  if (!td) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); tell(td.dataset.cell); }
  else if (event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End") { event.preventDefault(); move(td, event.key); }
});
$("close").addEventListener("click", () => $("panel").close());
$("panel").addEventListener("click", event => { if (event.target === $("panel")) $("panel").close(); });
$("panel").addEventListener("close", () => { if (last) focus(cellAt(last)); });
})();
