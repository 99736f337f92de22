/**
 * A person as a form holds them, and what becomes of an edit when somebody else saved them meanwhile: what was
 * typed stays, what only the other one changed is taken over. Pure.
 */
import type { PersonDetail } from "@/bindings/PersonDetail";
import type { ProfileDto } from "@/bindings/ProfileDto";

export interface PersonForm extends Record<string, unknown> {
  name: string;
  email: string;
  emailVerified: boolean;
  profile: ProfileDto;
}

export type PersonField = "name" | "email" | "emailVerified" | keyof ProfileDto;

export const toPersonForm = (person: PersonDetail): PersonForm => ({
  name: person.name,
  email: person.email,
  emailVerified: person.emailVerified,
  profile: person.profile,
});

export interface MergedPerson {
  values: PersonForm;
  /** Changed by the other one alone: taken over. */
  taken: PersonField[];
  /** Changed by both, differently: what was typed here stays. */
  disputed: PersonField[];
}

const flat = ({ profile, ...rest }: PersonForm) =>
  ({ ...rest, ...profile }) as Record<PersonField, string | boolean | null>;

/** An empty input is a field that is not there. */
const same = (a: unknown, b: unknown) => (a || null) === (b || null);

export function mergePerson(base: PersonForm, mine: PersonForm, theirs: PersonForm): MergedPerson {
  const [was, typed, now] = [flat(base), flat(mine), flat(theirs)];
  const values: PersonForm = { ...mine, profile: { ...mine.profile } };
  const taken: PersonField[] = [];
  const disputed: PersonField[] = [];
  for (const field of Object.keys(now) as PersonField[]) {
    if (same(now[field], was[field]) || same(now[field], typed[field])) continue;
    if (!same(typed[field], was[field])) {
      disputed.push(field);
      continue;
    }
    taken.push(field);
    const place: Record<string, unknown> = field in values ? values : values.profile;
    place[field] = now[field];
  }
  return { values, taken, disputed };
}
