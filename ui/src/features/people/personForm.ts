/** A person as a form holds them. */
import type { PersonDetail } from "@/bindings/PersonDetail";
import type { ProfileDto } from "@/bindings/ProfileDto";

export interface PersonForm extends Record<string, unknown> {
  name: string;
  email: string;
  emailVerified: boolean;
  profile: ProfileDto;
}

export const toPersonForm = (person: PersonDetail): PersonForm => ({
  name: person.name,
  email: person.email,
  emailVerified: person.emailVerified,
  profile: person.profile,
});
