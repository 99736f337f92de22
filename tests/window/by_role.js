// Finds what a person with a screen reader would find: elements by role and accessible name.
//
// Arguments: {roles: [..] or null, name: {kind: "is" | "starts" | "contains", text} or null, hidden: bool}
// and optionally an element to look in. Returns [{element, role, name}], in document order.
const wanted = arguments[0];
const within = arguments[1] || document;

const INPUTS = {
  button: "button", submit: "button", reset: "button", image: "button", file: "button",
  checkbox: "checkbox", radio: "radio", range: "slider", number: "spinbutton", search: "searchbox",
};
const TAGS = {
  article: "article", aside: "complementary", button: "button", summary: "button", dialog: "dialog",
  details: "group", fieldset: "group", h1: "heading", h2: "heading", h3: "heading", h4: "heading",
  h5: "heading", h6: "heading", hr: "separator", main: "main", nav: "navigation", menu: "list",
  ol: "list", ul: "list", li: "listitem", option: "option", output: "status", progress: "progressbar",
  meter: "meter", search: "search", table: "table", tbody: "rowgroup", thead: "rowgroup",
  tfoot: "rowgroup", td: "cell", tr: "row", textarea: "textbox", p: "paragraph", dt: "term", dd: "definition",
};
// Roles whose name may come from what is inside them.
const NAMED_BY_CONTENT = new Set([
  "button", "cell", "checkbox", "columnheader", "gridcell", "heading", "link", "menuitem",
  "menuitemcheckbox", "menuitemradio", "option", "radio", "row", "rowheader", "switch", "tab",
  "tooltip", "treeitem", "listitem", "alert", "status", "definition", "paragraph",
]);

function roleOf(element) {
  const given = (element.getAttribute("role") || "").trim().split(/\s+/)[0];
  if (given && given !== "none" && given !== "presentation") return given;
  if (given) return "";
  const tag = element.localName;
  if (tag === "input") {
    if (element.type === "hidden") return "";
    const role = INPUTS[element.type] || "textbox";
    return role === "textbox" && element.hasAttribute("list") ? "combobox" : role;
  }
  if (tag === "select") return element.multiple || element.size > 1 ? "listbox" : "combobox";
  if (tag === "a" || tag === "area") return element.hasAttribute("href") ? "link" : "";
  if (tag === "img") return element.getAttribute("alt") === "" ? "" : "img";
  if (tag === "th") return element.scope === "row" || element.scope === "rowgroup" ? "rowheader" : "columnheader";
  if (tag === "header" || tag === "footer") {
    if (element.closest("article, aside, main, nav, section, [role=article], [role=main]")) return "";
    return tag === "header" ? "banner" : "contentinfo";
  }
  if (tag === "section") return labelOf(element) ? "region" : "";
  if (tag === "form") return labelOf(element) ? "form" : "";
  return TAGS[tag] || "";
}

const tidy = (text) => text.replace(/\s+/g, " ").trim();

function isShown(element) {
  if (element.closest("[aria-hidden=true], [inert]")) return false;
  if (element.getClientRects().length === 0 && getComputedStyle(element).display !== "contents") return false;
  return getComputedStyle(element).visibility === "visible";
}

// The text that a subtree is read as, without the one element that it names.
function contentOf(node, named) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node === named) return "";
  if (node.getAttribute("aria-hidden") === "true") return "";
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden") return "";
  if (node.getAttribute("aria-label")) return ` ${node.getAttribute("aria-label")} `;
  const tag = node.localName;
  if (tag === "img") return ` ${node.alt} `;
  if (tag === "svg") {
    const title = node.querySelector(":scope > title");
    return title ? ` ${title.textContent} ` : "";
  }
  if (tag === "input" && ["text", "number", "search"].includes(node.type)) return ` ${node.value} `;
  if (tag === "select") return ` ${Array.from(node.selectedOptions, (option) => option.text).join(" ")} `;
  if (tag === "style" || tag === "script") return "";
  const inside = Array.from(node.childNodes, (child) => contentOf(child, named)).join("");
  return style.display.startsWith("inline") ? inside : ` ${inside} `;
}

// The name that is given to an element from outside its content.
function labelOf(element) {
  const named = (element.getAttribute("aria-labelledby") || "")
    .split(/\s+/)
    .map((id) => id && document.getElementById(id))
    .filter(Boolean)
    .map((label) => tidy(contentOf(label, element) || label.textContent))
    .join(" ");
  return tidy(named) || tidy(element.getAttribute("aria-label") || "");
}

function nameOf(element, role) {
  const label = labelOf(element);
  if (label) return label;
  const tag = element.localName;
  if (element.labels && element.labels.length > 0) {
    const text = tidy(Array.from(element.labels, (label) => contentOf(label, element)).join(" "));
    if (text) return text;
  }
  if (tag === "input" && INPUTS[element.type] === "button" && element.value && element.type !== "file") {
    return tidy(element.value);
  }
  if (tag === "img") return tidy(element.alt || element.title || "");
  const caption = { fieldset: "legend", table: "caption", figure: "figcaption" }[tag];
  const inner = caption && element.querySelector(`:scope > ${caption}`);
  if (inner) return tidy(contentOf(inner));
  if (NAMED_BY_CONTENT.has(role) && tag !== "input") {
    const text = tidy(contentOf(element));
    if (text) return text;
  }
  return tidy(element.title || element.placeholder || "");
}

function fits(name) {
  if (!wanted.name) return true;
  const { kind, text } = wanted.name;
  if (kind === "is") return name === text;
  return kind === "starts" ? name.startsWith(text) : name.includes(text);
}

// What stands behind an open modal dialog is not there for the person.
const modals = Array.from(document.querySelectorAll("[aria-modal=true], dialog:modal")).filter(isShown);
const front = modals[modals.length - 1];
const reachable = (element) =>
  !front || front.contains(element) || element.contains(front) ||
  element.closest("[role=listbox], [role=menu], [role=alert], [role=status], [role=dialog], [data-portal]");

const found = [];
for (const element of within.querySelectorAll("*")) {
  const role = roleOf(element);
  if (!role || (wanted.roles && !wanted.roles.includes(role))) continue;
  if (!wanted.hidden && !(isShown(element) && reachable(element))) continue;
  const name = nameOf(element, role);
  if (fits(name)) found.push({ element, role, name });
}
return found;
