import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import i18next from "i18next";
import { afterAll, describe, expect, it } from "vitest";
import { AREAS } from "@/features/system/areas";
import { LANGUAGES } from "@/i18n";
import { nextSentence, verbSentence, whySentence } from "./sentences";

const root = join(process.cwd(), "..");
const text = (path: string) => readFileSync(join(root, path), "utf8");

type Words = { [key: string]: string | Words };
const words = (language: string): Words =>
  JSON.parse(readFileSync(join(process.cwd(), "src/i18n", language, "history.json"), "utf8"));
const at = (from: Words, path: string) =>
  path
    .split(".")
    .reduce<string | Words | undefined>(
      (inner, part) => (typeof inner === "object" ? inner[part] : undefined),
      from,
    );

interface Row {
  code: string;
  about: string;
}

/** The rows of every table whose head names a column so; a cell may hold several codes. */
function rowsOf(column: "verb" | "code"): Row[] {
  const out: Row[] = [];
  let place = -1;
  for (const line of text("docs/timeline-verbs.md").split("\n")) {
    if (!line.startsWith("|")) {
      place = -1;
      continue;
    }
    const cells = line.split("|").map((cell) => cell.trim());
    if (place < 0) {
      place = cells.indexOf(column);
      continue;
    }
    const codes = [...(cells[place] ?? "").matchAll(/`([a-z][a-z.-]*)`/g)].map((m) => m[1] ?? "");
    for (const code of codes.filter((c) => c !== "by")) out.push({ code, about: line });
  }
  return out;
}

/** Courses tell their codes in a sentence, not a table. */
function courseCodes(): string[] {
  const paragraph = /Why a course is in its state[^:]*:([\s\S]*?)\n\n/.exec(
    text("docs/timeline-verbs.md"),
  )?.[1];
  const list = paragraph?.split(/\.\s/)[0] ?? "";
  return [...list.replace(/\([^)]*\)/g, "").matchAll(/`([a-z-]+)`/g)].map((m) => m[1] ?? "");
}

/** Verbs as the backend writes them, so that one nobody described is found too. */
function writtenVerbs(): string[] {
  const files = (dir: string): string[] =>
    readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? files(join(dir, entry.name))
        : entry.name.endsWith(".rs")
          ? [join(dir, entry.name)]
          : [],
    );
  const found = ["domain", "workflows"]
    .flatMap((crate) => files(`src-tauri/crates/${crate}/src`))
    .filter((path) => !/tests?\.rs$|\/tests?\//.test(path))
    .flatMap((path) => [
      ...(text(path).split("#[cfg(test)]")[0] ?? "").matchAll(/Deed::new\(\s*"([a-z.-]+)"/g),
    ])
    .map((m) => m[1] ?? "");
  return [...new Set(found)].sort();
}

const verbs = rowsOf("verb");
const codes = [...rowsOf("code").map((row) => row.code), ...courseCodes()];

describe("every line of a timeline reads as a sentence", () => {
  it("finds the verbs and codes there are", () => {
    expect(verbs.length).toBeGreaterThan(25);
    expect(codes).toEqual(expect.arrayContaining(["being-written", "archived", "waits-for-payment", "paid"]));
    expect(codes).toEqual(
      expect.arrayContaining(["refund-waits", "cancelled-with-enrollment", "cancelled-by"]),
    );
    expect(writtenVerbs().length).toBeGreaterThan(25);
  });

  describe.each(Object.keys(LANGUAGES))("%s", (language) => {
    const said = words(language);
    it.each([...new Set([...verbs.map((row) => row.code), ...writtenVerbs()])])("tells %s", (verb) => {
      expect(at(said, `verb.${verb}`), `verb.${verb}`).toMatch(/^.+\.$/s);
    });
    it.each([...new Set(codes)])("says why: %s", (code) => {
      expect(at(said, `why.${code}`), `why.${code}`).toMatch(/^.+\.$/s);
    });
    it("says what comes next only where it also says why", () => {
      const why = at(said, "why") as Words;
      const next = at(said, "next") as Words;
      expect(Object.keys(next).filter((code) => !(code in why))).toEqual([]);
    });
    it("has a name for every field a course can be changed in", () => {
      const fields = text("src-tauri/crates/domain/src/rules/publishing/fields.rs");
      const paths = [...(/const PATHS[^=]*= \[([\s\S]*?)\];/.exec(fields)?.[1] ?? "").matchAll(/"([^"]+)"/g)];
      expect(paths.length).toBeGreaterThan(20);
      for (const [, path] of paths) expect(at(said, `field.${path}`), path).toEqual(expect.any(String));
    });
    it("has a name for every setting, and words for those that are on or off", () => {
      const workflow = "src-tauri/crates/workflows/src";
      const edited = [...text(`${workflow}/operations/settings.rs`).matchAll(/\bedit\(\s*"(\w+)"/g)];
      const mail = [...text(`${workflow}/mail/settings.rs`).matchAll(/Patch::new\(\)\.set\("(\w+)"/g)];
      expect(edited.length).toBeGreaterThan(8);
      expect(mail.length).toBeGreaterThan(0);
      for (const [, path] of [...edited, ...mail]) {
        expect(at(said, `field.${path}`), path).toEqual(expect.any(String));
      }
      for (const value of ["true", "false"]) expect(at(said, `value.${value}`)).toEqual(expect.any(String));
    });
    it("has a word for everything that is saved as a file, and for every task of maintenance", () => {
      const workflow = "src-tauri/crates/workflows/src/operations";
      const lists = [...text(`${workflow}/export.rs`).matchAll(/=> \(\s*"([a-z-]+)",\s*&\[/g)];
      const queue = [...text(`${workflow}/server/queue.rs`).matchAll(/"list\.saved", "([a-z-]+)"/g)];
      const reports = [...text("ui/src/bindings/ReportName.ts").matchAll(/"([a-z-]+)"/g)];
      const tasks = [
        ...text(`${workflow}/server/maintenance.rs`).matchAll(/pub const \w+: &str = "([a-z-]+)"/g),
      ];
      expect([lists, queue, reports, tasks].map((found) => found.length)).toEqual([5, 1, 7, 3]);
      for (const [, name] of [...lists, ...queue, ...reports, ...tasks]) {
        expect(at(said, `word.${name}`), name).toEqual(expect.any(String));
      }
    });
  });

  it("lets the audit trail be filtered by every area", () => {
    expect(Object.keys(at(words("en"), "verb") as Words).sort()).toEqual([...AREAS].sort());
  });

  it("uses no hole that the verb's row does not name", () => {
    const told = words("en");
    const common = new Set(["amount", "method", "reason"]);
    for (const { code, about } of verbs) {
      const [area, leaf] = code.split(".");
      const family = Object.entries(at(told, `verb.${area}`) as Words);
      for (const [key, sentence] of family) {
        if (key !== leaf && !key.startsWith(`${leaf}_`)) continue;
        for (const [, hole] of String(sentence).matchAll(/{{(\w+)}}/g)) {
          const named = about.includes(`\`${hole}\``) || about.includes(`\`${hole}Minor\``);
          const asCreated = code === "enrollment.reopened" || common.has(hole ?? "");
          expect(named || asCreated, `${key} of ${code} says {{${hole}}}`).toBe(true);
        }
      }
    }
  });
});

describe("sentences", () => {
  afterAll(() => void i18next.changeLanguage("en"));

  it.each([
    [
      "payment.captured",
      { amountMinor: 25_000, currency: "GBP", method: "cash", receipt: "R-07-000123", activates: true },
      "£250.00 was received (cash); receipt R-07-000123. The course is open.",
    ],
    [
      "payment.captured",
      {
        amountMinor: 100,
        currency: "EUR",
        method: "stripe",
        receipt: "R-1",
        reference: "pi_1",
        activates: false,
      },
      "€1.00 was received (Stripe); receipt R-1, reference pi_1.",
    ],
    [
      "payment.captured",
      {
        amountMinor: 100,
        currency: "EUR",
        method: "cash",
        receipt: "R-1",
        activates: false,
        exception: "booked",
      },
      "€1.00 was received without a connection (cash); receipt R-1. Its payment could no longer take it, so it was booked on one of its own.",
    ],
    [
      "enrollment.created",
      { free: true, amountMinor: 0, currency: "GBP", attempt: 1 },
      "Enrolled free of charge; the course is open.",
    ],
    ["enrollment.created", { attempt: 1 }, "Enrolled."],
    [
      "enrollment.created",
      { free: false, amountMinor: 25_000, currency: "GBP", method: "cash", attempt: 1 },
      "Enrolled; £250.00 to pay (cash).",
    ],
    ["enrollment.completed", { course: "Ink" }, "The course “Ink” was completed."],
    [
      "refund.booked",
      {
        amountMinor: 500,
        currency: "USD",
        method: "cash",
        receipt: "R-2",
        ofReceipt: "R-1",
        full: true,
        endsAccess: true,
        reason: "moved away",
      },
      "Receipt R-1 was refunded in full, $5.00 (cash); refund receipt R-2. Access to the course ended. “moved away”",
    ],
    [
      "refund.withdrawn",
      { amountMinor: 500, currency: "USD", method: "cash", reason: "moved away" },
      "The request to refund $5.00, made because of “moved away”, was withdrawn by who had made it.",
    ],
    [
      "course.updated",
      {
        title: "Ink",
        fields: ["price", "profile.address.city"],
        fromMinor: 100,
        fromCurrency: "EUR",
        amountMinor: 200,
        currency: "GBP",
      },
      "The course was changed: price, city. The price is now £2.00, no longer €1.00.",
    ],
    ["course.updated", { title: "Ink", fields: ["futureField"] }, "The course was changed: future field."],
    [
      "person.role-changed",
      { name: "Ada", from: "student", to: "admin" },
      "The role is now administrator, no longer student.",
    ],
    [
      "settings.updated",
      {
        fields: ["refundThresholdMinor", "idleMinutes", "registration", "language", "requireSecondFactor"],
        refundThresholdMinorFrom: 20_000,
        refundThresholdMinorTo: 123_456,
        idleMinutesFrom: 10,
        idleMinutesTo: 0,
        registrationFrom: false,
        registrationTo: true,
        requireSecondFactorFrom: true,
        requireSecondFactorTo: false,
      },
      "The settings were changed: refunds without a second person (now 1,234.56, before 200.00), minutes until the window locks (now never, before 10), registering by students (now on, before off), language of new people, second factor of administrators and finance staff (now off, before on).",
    ],
    ["settings.updated", { fields: ["mail"] }, "The settings were changed: mail server."],
    [
      "report.saved",
      { list: "revenue-by-month", rows: 1 },
      "A report was saved as a file: revenue by month (rows: 1).",
    ],
    // one end alone says nothing of a change
    [
      "settings.updated",
      { fields: ["idleMinutes"], idleMinutesTo: 5 },
      "The settings were changed: minutes until the window locks.",
    ],
    ["person.created", { name: "cash", email: "a@b.c", role: "finance" }, "cash was added as finance."],
    ["moon.landed-on", {}, "Moon landed on"],
  ])("%s", (verb, detail, expected) => {
    expect(verbSentence(verb, detail)).toBe(expected);
  });

  it.each([
    ["paid", {}, "The course was paid."],
    [
      "paid",
      { amountMinor: 100, currency: "GBP", method: "cash", receipt: "R-1" },
      "The course was paid: £1.00 (cash), receipt R-1.",
    ],
    ["cancelled", { reason: "fell ill" }, "It was cancelled. “fell ill”"],
    [
      "cancelled-by",
      { by: "Grace", keptMinor: 900, currency: "USD", reason: "fell ill" },
      "Grace cancelled the enrollment; $9.00 stays booked until it is refunded. “fell ill”",
    ],
    ["failed", { message: "card expired", code: null }, "The provider refused it: “card expired”."],
  ])("why %s", (code, params, expected) => {
    expect(whySentence(code, params)).toBe(expected);
  });

  it("speaks German", async () => {
    await i18next.changeLanguage("de");
    expect(
      verbSentence("payment.captured", {
        amountMinor: 25_000,
        currency: "EUR",
        method: "cash",
        receipt: "R-1",
      }),
    ).toBe("250,00\u00a0€ sind eingegangen (bar); Beleg R-1.");
    expect(
      verbSentence("settings.updated", {
        fields: ["refundThresholdMinor", "idleMinutes", "registration"],
        refundThresholdMinorFrom: 20_000,
        refundThresholdMinorTo: 123_456,
        idleMinutesFrom: 0,
        idleMinutesTo: 15,
        registrationFrom: true,
        registrationTo: false,
      }),
    ).toBe(
      "Die Einstellungen wurden geändert: Erstattungen ohne zweite Person (nun 1.234,56, zuvor 200,00), Minuten bis zur Sperre (nun 15, zuvor nie), Registrierung durch Studierende (nun aus, zuvor an).",
    );
    expect(whySentence("cancelled", { reason: "krank" })).toBe("Sie wurde storniert. „krank“");
    expect(nextSentence("paid")).toContain("abgeschlossen");
    expect(nextSentence("refunded")).toBeNull();
  });
});
