import { describe, expect, it } from "vitest";
import {
  type AddressValues,
  addressOf,
  databaseInUri,
  databaseOf,
  hostsOf,
  leavesUnencrypted,
  NO_ADDRESS,
} from "./address";

const uri = (uri: string, over: Partial<AddressValues> = {}): AddressValues => ({
  ...NO_ADDRESS,
  uri,
  ...over,
});
const parts = (over: Partial<AddressValues>): AddressValues => ({ ...NO_ADDRESS, how: "parts", ...over });

describe("what is sent", () => {
  it("is the connection string alone, without what was typed the other way", () => {
    expect(addressOf(uri("  mongodb://a/  ", { hosts: "b", password: "secret" }))).toMatchObject({
      uri: "mongodb://a/",
      hosts: null,
      password: null,
      tls: false,
      environment: "production",
      database: null,
    });
  });
  it("is the parts alone, a password as it was typed", () => {
    expect(
      addressOf(
        parts({ uri: "mongodb://left/", hosts: " db1:27017, db2 ", username: "desk", password: " p " }),
      ),
    ).toMatchObject({ uri: null, hosts: "db1:27017, db2", username: "desk", password: " p ", tls: true });
  });
  it("insists on nothing that need not be insisted on", () => {
    expect(addressOf(parts({ hosts: "db", tls: true, insecure: true })).insecure).toBe(false);
    expect(addressOf(parts({ hosts: "db", tls: false, insecure: true })).insecure).toBe(true);
  });
});

describe("hosts", () => {
  it.each([
    ["mongodb://desk:p%40ss@db1.example:27017,db2.example/x?tls=true", ["db1.example", "db2.example"]],
    ["mongodb+srv://u:p@cluster.example/", ["cluster.example"]],
    ["mongodb://[::1]:27017/", ["[::1]"]],
    ["not an address", []],
  ])("of %s", (text, hosts) => {
    expect(hostsOf(uri(text))).toEqual(hosts);
  });
});

describe("an unencrypted connection to another computer", () => {
  it.each<[string, boolean]>([
    ["mongodb://db.example/", true],
    ["mongodb://db.example/?tls=true", false],
    ["mongodb://db.example/?ssl=true&w=1", false],
    ["mongodb://127.0.0.1:27017/?replicaSet=rs0", false],
    ["mongodb://localhost,db.example/", true],
    ["mongodb+srv://cluster.example/", false],
    ["mongodb+srv://cluster.example/?tls=false", true],
    ["", false],
  ])("%s: %s", (text, open) => {
    expect(leavesUnencrypted(uri(text))).toBe(open);
  });
});

it("names the database of each environment, and the one in the string", () => {
  expect(databaseOf("production")).toBe("students_enrollment_prod");
  expect(databaseOf("testing")).toBe("students_enrollment_test");
  expect(databaseInUri("mongodb://a:b@h/school?x=1")).toBe("school");
  expect(databaseInUri("mongodb://h/?x=1")).toBeNull();
  expect(databaseInUri("mongodb://h")).toBeNull();
});
