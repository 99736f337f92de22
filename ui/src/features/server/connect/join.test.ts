import { describe, expect, it } from "vitest";
import type { ServerAddress } from "@/bindings/ServerAddress";
import type { ServerProbe } from "@/bindings/ServerProbe";
import { type JoinValues, joinArgs, joinKind, makes, namesAdmin, scopesOf } from "./join";

const probe = (over: Partial<ServerProbe>): ServerProbe => ({
  address: "mongodb://db/",
  database: "students_enrollment_prod",
  environment: "production",
  tls: true,
  pingMs: 1,
  abilities: [],
  holds: "institution",
  institution: "Northgate College",
  admins: 1,
  counts: [],
  pendingMigrations: 0,
  scope: "office",
  offending: [],
  offendingTotal: 0,
  ...over,
});

const values: JoinValues = {
  scope: "office",
  person: "",
  acceptOffending: true,
  institution: " Riverside College ",
  timezone: "UTC",
  currency: "EUR",
  adminName: "",
  adminEmail: "",
  password: "",
  passphrase: "long enough",
  passphraseAgain: "long enough",
};
const address = { uri: "mongodb://db/" } as ServerAddress;
const args = (over: Partial<ServerProbe>, typed: Partial<JoinValues> = {}, keyring = true) =>
  joinArgs({ ...values, ...typed }, address, probe(over), keyring);

describe("joining", () => {
  it("an institution asks for nothing it has", () => {
    expect(args({})).toEqual({
      address,
      scope: "office",
      person: null,
      passphrase: null,
      migrate: false,
      acceptOffending: false,
      create: null,
    });
  });

  it("takes the steps that are pending, over documents that break a rule only when told to", () => {
    expect(args({ pendingMigrations: 2 })).toMatchObject({ migrate: true, acceptOffending: false });
    const offending = { pendingMigrations: 2, offendingTotal: 3 };
    expect(args(offending).acceptOffending).toBe(true);
    expect(args(offending, { acceptOffending: false }).acceptOffending).toBe(false);
  });

  it("an empty database makes the institution and its administrator", () => {
    const empty = { holds: "nothing", institution: null, admins: 0 } as const;
    expect(joinKind(probe(empty))).toBe("create");
    const typed = { adminName: " Ada ", adminEmail: " a@b.c ", password: " Pass 1 " };
    expect(args(empty, typed).create).toMatchObject({
      institution: "Riverside College",
      adminName: "Ada",
      adminEmail: "a@b.c",
      password: " Pass 1 ",
    });
  });

  it("names the person of a personal desktop only", () => {
    expect(args({}, { scope: "student", person: " a@b.c " }).person).toBe("a@b.c");
    expect(args({}, { scope: "finance", person: "a@b.c" }).person).toBeNull();
  });

  it("sends the passphrase only where there is no keyring", () => {
    expect(args({}, {}, false).passphrase).toBe("long enough");
  });
});

describe("an administrator", () => {
  const foreign = (admins: number) => probe({ holds: "foreign", institution: null, admins });
  it("has to be named where there is none", () => {
    expect(namesAdmin(values, foreign(0))).toBe(true);
    expect(namesAdmin(values, probe({ admins: 0 }))).toBe(true);
    expect(makes(probe({ admins: 0 }))).toBe(true);
  });
  it("may be named beside others, but then in full", () => {
    expect(namesAdmin(values, foreign(2))).toBe(false);
    expect(namesAdmin({ ...values, adminEmail: "a@b.c" }, foreign(2))).toBe(true);
  });
  it("is not asked for where there is an institution with one", () => {
    expect(namesAdmin({ ...values, adminEmail: "left over" }, probe({}))).toBe(false);
  });
});

it("offers every scope to an office's login, its own to any other", () => {
  expect(scopesOf(probe({}))).toHaveLength(4);
  expect(scopesOf(probe({ scope: "finance" }))).toEqual(["finance"]);
});
