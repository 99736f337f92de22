import { describe, expect, it } from "vitest";
import { listSearch } from "./listSearch";

const validate = listSearch(["status", "role"]);

describe("listSearch", () => {
  it("keeps text, sort, the open row and known filters", () => {
    expect(
      validate({ q: "ada", sort: "name", dir: "desc", open: "1", status: ["active"], role: "admin" }),
    ).toEqual({
      q: "ada",
      sort: "name",
      dir: "desc",
      open: "1",
      status: ["active"],
      role: ["admin"],
    });
  });
  it("drops what it does not know and what makes no sense", () => {
    expect(validate({ other: "x", status: [], q: "", dir: "sideways", role: [{}] })).toEqual({});
  });
  it("reads a number typed as text as text", () => {
    expect(validate({ q: 123, open: 42 })).toEqual({ q: "123", open: "42" });
  });
});
