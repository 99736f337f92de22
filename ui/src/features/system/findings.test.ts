import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { groupFindings, kindOf } from "./findings";

const finding = (check: string, message: string) => ({ check, record: null, message });
const shape = (checks: ReturnType<typeof groupFindings>) =>
  checks.map((group) => [group.key, group.kind, group.findings.length]);

it("groups by check, the ledger first, what is unknown last, nothing lost", () => {
  const groups = groupFindings([
    finding("novel", "n"),
    finding("counter", "c1"),
    finding("ledger-chain", "l"),
    finding("counter", "c2"),
  ]);
  expect(shape(groups)).toEqual([
    ["ledger-chain", "ledger-chain", 1],
    ["counter", "counter", 2],
    ["novel", null, 1],
  ]);
});

it("puts what the store names with dots among its kind", () => {
  const groups = groupFindings([
    finding("view.users", "v"),
    finding("rollup.revenue_daily", "r1"),
    finding("rollup.users.enrollments", "r2"),
    finding("reference.payments.enrollment", "f1"),
    finding("reference", "f2"),
    finding("queue.shadow", "q"),
    finding("ledger.currency", "l"),
  ]);
  expect(shape(groups)).toEqual([
    ["ledger-sum", "ledger-sum", 1],
    ["reference", "reference", 2],
    ["rollup", "rollup", 2],
    ["waiting", "waiting", 2],
  ]);
});

it("has nothing to show when all is well", () => {
  expect(groupFindings([])).toEqual([]);
});

const CRATES = join(process.cwd(), "../src-tauri/crates");
const source = (path: string) => readFileSync(join(CRATES, path), "utf8").replaceAll(/\/\/.*/g, "");
const rust = (directory: string) =>
  readdirSync(join(CRATES, directory))
    .filter((name) => name.endsWith(".rs"))
    .map((name) => `${directory}/${name}`);

/** Checks as the sources name them: dotted ones of the store, plain ones of the walk. */
const checks = [
  ...rust("replica/src/differences").flatMap((path) =>
    [...source(path).matchAll(/"([a-z]+\.[A-Za-z_.{}]+)"/g)].map(([, check = ""]) => check),
  ),
  ...[
    "workflows/src/operations/verify.rs",
    "workflows/src/operations/server/verify.rs",
    ...rust("workflows/src/operations/verify"),
  ].flatMap((path) =>
    [...source(path).matchAll(/(?:\.add\(|check:)\s*"([^"]+)"/g)].map(([, check = ""]) => check),
  ),
];

it("finds the checks", () => {
  expect(checks).toEqual(
    expect.arrayContaining(["rollup.{table}", "column.{table}.{name}", "queue.shadow", "counter", "more"]),
  );
});

it.each([...new Set(checks)])("has words for %s", (check) => {
  expect(kindOf(check)).not.toBeNull();
});
