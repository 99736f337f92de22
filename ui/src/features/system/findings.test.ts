import { expect, it } from "vitest";
import { groupFindings } from "./findings";

it("groups by check, the ledger first, what is unknown last, nothing lost", () => {
  const finding = (check: string, message: string) => ({ check, record: null, message });
  const groups = groupFindings([
    finding("novel", "n"),
    finding("counter", "c1"),
    finding("ledger-chain", "l"),
    finding("counter", "c2"),
  ]);
  expect(groups.map((group) => [group.check, group.known, group.findings.length])).toEqual([
    ["ledger-chain", "ledger-chain", 1],
    ["counter", "counter", 2],
    ["novel", null, 1],
  ]);
});

it("has nothing to show when all is well", () => {
  expect(groupFindings([])).toEqual([]);
});
