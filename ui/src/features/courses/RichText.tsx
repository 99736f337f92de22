/**
 * Rich text of a course, drawn from parsed HTML with a short list of elements: nothing of the source is put
 * into the page as it is. Links are shown with their address instead of followed, because the window is the
 * product and not a browser. Text without markup keeps its lines.
 */
import { Fragment, type ReactNode } from "react";
import classes from "./courses.module.css";

const KEPT = new Set([
  "p",
  "ul",
  "ol",
  "li",
  "strong",
  "b",
  "em",
  "i",
  "u",
  "s",
  "code",
  "pre",
  "blockquote",
  "br",
  "hr",
  "sub",
  "sup",
]);
const HEADINGS = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);
const DROPPED = new Set([
  "script",
  "style",
  "iframe",
  "object",
  "embed",
  "template",
  "noscript",
  "svg",
  "math",
]);

export function RichText({ source }: { source: string }) {
  if (!/<[a-z!/]/i.test(source)) {
    return (
      <div className={classes.rich}>
        {decoded(source)
          .split(/\n{2,}/)
          .map((paragraph, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs have no identity
            <p key={i}>{paragraph}</p>
          ))}
      </div>
    );
  }
  const body = new DOMParser().parseFromString(source, "text/html").body;
  return <div className={classes.rich}>{children(body)}</div>;
}

function decoded(text: string): string {
  return text.includes("&")
    ? (new DOMParser().parseFromString(text, "text/html").body.textContent ?? text)
    : text;
}

function children(node: Node): ReactNode {
  return [...node.childNodes].map((child, i) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: nodes of a text have no identity
    return <Fragment key={i}>{drawn(child)}</Fragment>;
  });
}

function drawn(node: Node): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const name = node.localName;
  if (DROPPED.has(name)) return null;
  if (name === "br") return <br />;
  if (name === "hr") return <hr />;
  if (HEADINGS.has(name)) return <h3>{children(node)}</h3>;
  if (name === "a") {
    const address = node.getAttribute("href");
    const shown = address && address !== node.textContent ? ` (${address.replace(/^mailto:/, "")})` : "";
    return (
      <>
        {children(node)}
        <span className={classes.dim}>{shown}</span>
      </>
    );
  }
  if (name === "img") return node.getAttribute("alt");
  if (!KEPT.has(name)) return children(node);
  const Tag = name as "p";
  return <Tag>{children(node)}</Tag>;
}
