/** What joining a server still asks for, by what was found there: pure, tested. */
import type { ConnectInstitution } from "@/bindings/ConnectInstitution";
import type { Currency } from "@/bindings/Currency";
import type { DeskScope } from "@/bindings/DeskScope";
import type { ServerAddress } from "@/bindings/ServerAddress";
import type { ServerProbe } from "@/bindings/ServerProbe";

export interface JoinValues extends Record<string, unknown> {
  scope: DeskScope;
  person: string;
  /** Documents that break a rule may stay as they are. */
  acceptOffending: boolean;
  institution: string;
  timezone: string;
  currency: Currency;
  adminName: string;
  adminEmail: string;
  password: string;
  passphrase: string;
  passphraseAgain: string;
}

export type JoinKind = "join" | "create" | "adopt" | "newer";

export function joinKind(probe: ServerProbe): JoinKind {
  switch (probe.holds) {
    case "institution":
      return "join";
    case "nothing":
      return "create";
    case "foreign":
      return "adopt";
    case "newer":
      return "newer";
  }
}

/** Its institution has no name yet, or nobody could sign in: both are asked for. */
export const makes = (probe: ServerProbe): boolean => probe.institution === null || probe.admins === 0;

/** Scopes to choose from: an office's login reads everything, any other only its own. */
export function scopesOf(probe: ServerProbe): DeskScope[] {
  return probe.scope === "office" ? ["office", "finance", "instructor", "student"] : [probe.scope];
}

/** The desktop of one person, who has to be named. */
export const isPersonal = (scope: DeskScope): boolean => scope === "instructor" || scope === "student";

/**
 * Whether an administrator has to be named: where there is none. Where there are some, naming another is
 * left to the person, but then in full.
 */
export const namesAdmin = (values: JoinValues, probe: ServerProbe): boolean =>
  makes(probe) &&
  (probe.admins === 0 || [values.adminName, values.adminEmail, values.password].some((v) => v !== ""));

export function joinArgs(
  values: JoinValues,
  address: ServerAddress,
  probe: ServerProbe,
  keyring: boolean,
): ConnectInstitution {
  return {
    address,
    scope: values.scope,
    person: isPersonal(values.scope) ? values.person.trim() : null,
    passphrase: keyring ? null : values.passphrase,
    // a database that is not prepared cannot be joined
    migrate: probe.pendingMigrations > 0,
    acceptOffending: probe.offendingTotal > 0 && values.acceptOffending,
    create: makes(probe)
      ? {
          institution: probe.institution ?? values.institution.trim(),
          timezone: values.timezone,
          currency: values.currency,
          adminName: values.adminName.trim(),
          adminEmail: values.adminEmail.trim(),
          password: values.password,
        }
      : null,
  };
}
