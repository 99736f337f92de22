import { describe, expect, it } from "vitest";
import { homeFor, RAIL_ENTRIES, railFor } from "./rail";

describe("railFor", () => {
  it("gives an administrator everything but the student's pages", () => {
    expect(railFor("admin")).toEqual([
      "dashboard",
      "people",
      "courses",
      "enrollments",
      "payments",
      "reports",
      "system",
    ]);
  });
  it("gives an instructor their courses and who is in them, and no money", () => {
    expect(railFor("instructor")).toEqual(["dashboard", "courses", "enrollments", "reports"]);
  });
  it("gives finance the money, and no people or courses", () => {
    expect(railFor("finance")).toEqual(["dashboard", "payments", "enrollments", "reports"]);
  });
  it("gives a student their own pages only", () => {
    expect(railFor("student")).toEqual(["myCourses", "catalog", "myPayments"]);
  });
  it("lands everybody on a page of their own rail", () => {
    for (const role of ["admin", "instructor", "finance", "student"] as const) {
      expect(railFor(role).map((entry) => RAIL_ENTRIES[entry])).toContain(homeFor(role));
    }
  });
});
