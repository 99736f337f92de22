import { expect, it } from "vitest";
import { mergeValues, valueAt } from "./mergeValues";

const base = {
  name: "Ada",
  email: "ada@x.org",
  emailVerified: false,
  profile: { city: "London" as string | null, phone: "1" as string | null, bio: null as string | null },
};

it("keeps what was typed, and takes over what only the other one changed", () => {
  const mine = { ...base, name: "Ada L.", profile: { ...base.profile, city: "Paris", bio: "" } };
  const theirs = {
    ...base,
    email: "lovelace@x.org",
    profile: { ...base.profile, city: "Rome", phone: "2", bio: null },
  };
  const merged = mergeValues(base, mine, theirs);
  expect(merged.taken).toEqual(["email", "profile.phone"]);
  expect(merged.disputed).toEqual(["profile.city"]);
  expect(merged.values).toMatchObject({
    name: "Ada L.",
    email: "lovelace@x.org",
    profile: { city: "Paris", phone: "2" },
  });
});

it("finds nothing to say when only the revision moved, or both changed the same", () => {
  const mine = { ...base, name: "Ada L." };
  expect(mergeValues(base, mine, base)).toMatchObject({ taken: [], disputed: [], values: mine });
  expect(mergeValues(base, mine, mine)).toMatchObject({ taken: [], disputed: [] });
});

it("compares lists whole, and finds a value by its path", () => {
  const merged = mergeValues({ tags: ["a"] }, { tags: ["a", "b"] }, { tags: ["c"] });
  expect(merged).toEqual({ values: { tags: ["a", "b"] }, taken: [], disputed: ["tags"] });
  expect(valueAt({ profile: { city: "Rome" } }, "profile.city")).toBe("Rome");
  expect(valueAt({ name: "Ada" }, "profile.city")).toBeUndefined();
});
