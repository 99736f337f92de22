import { expect, it } from "vitest";
import { NO_PROFILE } from "./ProfileFields";
import { mergePerson, type PersonForm } from "./personForm";

const base: PersonForm = {
  name: "Ada",
  email: "ada@x.org",
  emailVerified: false,
  profile: { ...NO_PROFILE, city: "London", phone: "1" },
};

it("keeps what was typed, and takes over what only the other one changed", () => {
  const mine = { ...base, name: "Ada L.", profile: { ...base.profile, city: "Paris", bio: "" } };
  const theirs = {
    ...base,
    email: "lovelace@x.org",
    profile: { ...base.profile, city: "Rome", phone: "2", bio: null },
  };
  const merged = mergePerson(base, mine, theirs);
  expect(merged.taken).toEqual(["email", "phone"]);
  expect(merged.disputed).toEqual(["city"]);
  expect(merged.values).toMatchObject({
    name: "Ada L.",
    email: "lovelace@x.org",
    profile: { city: "Paris", phone: "2" },
  });
});

it("finds nothing to say when only the revision moved, or both changed the same", () => {
  const mine = { ...base, name: "Ada L." };
  expect(mergePerson(base, mine, base)).toMatchObject({ taken: [], disputed: [], values: mine });
  expect(mergePerson(base, mine, mine)).toMatchObject({ taken: [], disputed: [] });
});
