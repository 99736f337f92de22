import { mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, expect, it } from "vitest";
import type { Role } from "@/bindings/Role";
import { paletteSources } from "./palette";

afterEach(() => {
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const idle = new AbortController().signal;
const of = (role: Role) => paletteSources.filter((source) => !source.roles || source.roles.includes(role));
const ask = async (role: Role, text: string) =>
  (await Promise.all(of(role).map((source) => source.search(text, idle)))).flat();

const HITS = [
  { collection: "users", id: "u1", title: "Ada", subtitle: "ada@x.org · student" },
  { collection: "courses", id: "c1", title: "Ink", subtitle: "published" },
  { collection: "payments", id: "p1", title: "R-1", subtitle: "Ada · Ink" },
  { collection: "enrollments", id: "e1", title: "Ada", subtitle: "Ink" },
];

it("asks once for all groups, and sends each hit to its page", async () => {
  const asked: unknown[] = [];
  mockIPC((cmd, payload) => {
    asked.push([cmd, payload]);
    return HITS;
  });
  const items = await ask("admin", "zz");
  expect(asked).toHaveLength(1);
  expect(items.map((item) => item.to)).toEqual([
    "/people?open=u1",
    "/courses/c1",
    "/enrollments/e1",
    "/payments/p1",
  ]);
  expect(items.map((item) => item.detail)).toEqual(["ada@x.org · Student", "Published", "Ink", "Ada · Ink"]);
});

it("keeps people and payments from students, and opens their own enrollments to learn", async () => {
  mockIPC(() => HITS);
  expect((await ask("student", "zz")).map((item) => item.to)).toEqual(["/courses/c1", "/learn/e1"]);
});

it.each<[Role, string[]]>([
  [
    "admin",
    [
      "New person",
      "New course",
      "Enroll students",
      "Record a payment",
      "Import people",
      "Import courses",
      "Open the sync centre",
      "Look at the server",
      "Devices: invite, shut out, move",
      "Verify the ledger",
      "Check a certificate",
    ],
  ],
  ["instructor", ["New course", "Open the sync centre", "Check a certificate"]],
  ["finance", ["Record a payment", "Open the sync centre", "Check a certificate"]],
  ["student", ["Open the sync centre", "Check a certificate"]],
])("lets %s do what is theirs", async (role, labels) => {
  mockIPC(() => []);
  expect((await ask(role, "")).map((item) => item.label)).toEqual(labels);
});
